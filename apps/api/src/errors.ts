import type { Bilingual, NoVerdictKind } from '@coupon/application';
import type { FieldFault, Reason } from '@coupon/http-contract';
import type { Closed, Refusal } from '@coupon/domain';

/** Every error of the API. Errors with the same reason differ in their messages. */
export type ErrorName =
  | Exclude<Reason, 'NOT_OPEN' | 'UNAUTHENTICATED'>
  | Refusal
  | Closed
  | 'NO_SUCH_COUPON'
  | 'NO_TOKEN'
  | 'TOKEN_EXPIRED'
  | 'INVALID_TOKEN'
  | 'WRONG_CREDENTIALS';

/** An error as HTTP shows it. */
export interface ErrorResponse {
  readonly code: number;
  /** The code's name, as Spring spells it in the original's bodies. */
  readonly status: string;
  readonly reason: Reason;
  readonly message: Bilingual;
  /** For errors that pass by themselves: seconds after which a retry makes sense. */
  readonly retryAfterS?: number;
  /** What WWW-Authenticate says, as RFC 6750 (section 3) words it. */
  readonly challenge?: string;
}

const conflict = { code: 409, status: 'CONFLICT' };
const unavailable = { code: 503, status: 'SERVICE_UNAVAILABLE', retryAfterS: 1 };
const badRequest = { code: 400, status: 'BAD_REQUEST' };
const unauthenticated = {
  code: 401,
  status: 'UNAUTHORIZED',
  reason: 'UNAUTHENTICATED',
  challenge: 'Bearer',
} as const;
const notFound = { code: 404, status: 'NOT_FOUND', reason: 'NOT_FOUND' } as const;

/**
 * The one table from errors to HTTP. LOCK_TIMEOUT's Korean message is the original's, to the
 * letter.
 */
export const errorResponses: Readonly<Record<ErrorName, ErrorResponse>> = {
  SOLD_OUT: {
    ...conflict,
    reason: 'SOLD_OUT',
    message: { en: 'This coupon is sold out.', ko: '쿠폰이 모두 소진되었습니다.' },
  },
  LIMIT_REACHED: {
    ...conflict,
    reason: 'LIMIT_REACHED',
    message: {
      en: 'You already hold as many of this coupon as one user may.',
      ko: '이 쿠폰은 더 이상 발급받을 수 없습니다. 1인당 한도에 도달했습니다.',
    },
  },
  NOT_OPEN_YET: {
    ...conflict,
    reason: 'NOT_OPEN',
    message: { en: 'This coupon is not open yet.', ko: '아직 쿠폰 발급 기간이 아닙니다.' },
  },
  ALREADY_CLOSED: {
    ...conflict,
    reason: 'NOT_OPEN',
    message: { en: 'This coupon is closed already.', ko: '쿠폰 발급 기간이 종료되었습니다.' },
  },
  PAUSED: {
    ...conflict,
    reason: 'NOT_OPEN',
    message: { en: 'This coupon is paused.', ko: '쿠폰 발급이 일시 중지되었습니다.' },
  },
  LOCK_TIMEOUT: {
    ...conflict,
    retryAfterS: 1,
    reason: 'LOCK_TIMEOUT',
    message: {
      en: 'Could not acquire the lock. Please try again in a moment.',
      ko: '락을 획득하지 못했습니다. 잠시 후 다시 시도해주세요.',
    },
  },
  LEASE_LOST: {
    ...unavailable,
    reason: 'LEASE_LOST',
    message: {
      en: 'The lock was lost before the coupon was recorded; nothing was issued. Please try again.',
      ko: '발급이 기록되기 전에 락이 만료되었습니다. 발급되지 않았으니 다시 시도해주세요.',
    },
  },
  DEADLOCK: {
    ...unavailable,
    reason: 'DEADLOCK',
    message: {
      en:
        'The database chose this request as a deadlock victim; nothing was issued. ' +
        'Please try again.',
      ko: '데이터베이스 교착 상태로 발급되지 않았습니다. 다시 시도해주세요.',
    },
  },
  UNAVAILABLE: {
    ...unavailable,
    reason: 'UNAVAILABLE',
    message: {
      en: 'The service is busy or a part of it is down; nothing was done. Please try again.',
      ko: '서비스를 일시적으로 사용할 수 없습니다. 잠시 후 다시 시도해주세요.',
    },
  },
  COUPON_INCONSISTENT: {
    ...conflict,
    reason: 'COUPON_INCONSISTENT',
    message: {
      en:
        'The records of this coupon do not add up; nothing was issued. ' +
        'The operator has to mend them.',
      ko: '쿠폰의 기록이 서로 맞지 않아 발급되지 않았습니다. 운영자의 확인이 필요합니다.',
    },
  },
  OUTCOME_UNKNOWN: {
    code: 504,
    status: 'GATEWAY_TIMEOUT',
    reason: 'OUTCOME_UNKNOWN',
    message: {
      en:
        'It is not known whether the coupon was issued. ' +
        'Repeat the request with the same Idempotency-Key to find out.',
      ko:
        '쿠폰이 발급되었는지 확인할 수 없습니다. ' +
        '같은 Idempotency-Key로 다시 요청해 확인해주세요.',
    },
  },
  KEY_REUSED: {
    code: 422,
    status: 'UNPROCESSABLE_ENTITY',
    reason: 'KEY_REUSED',
    message: {
      en: 'This Idempotency-Key was used for another user or coupon.',
      ko: '이 Idempotency-Key는 다른 사용자 또는 쿠폰에 이미 사용되었습니다.',
    },
  },
  INVALID_REQUEST: {
    ...badRequest,
    reason: 'INVALID_REQUEST',
    message: { en: 'The request is not valid.', ko: '요청이 올바르지 않습니다.' },
  },
  NO_TOKEN: {
    ...unauthenticated,
    message: {
      en: 'A token is needed: log in, and send it as "Authorization: Bearer <token>".',
      ko: '토큰이 필요합니다. 로그인한 뒤 "Authorization: Bearer <토큰>"으로 보내주세요.',
    },
  },
  TOKEN_EXPIRED: {
    ...unauthenticated,
    challenge: 'Bearer error="invalid_token", error_description="The token has expired"',
    message: {
      en: 'The token has expired. Please log in again.',
      ko: '토큰이 만료되었습니다. 다시 로그인해주세요.',
    },
  },
  INVALID_TOKEN: {
    ...unauthenticated,
    challenge: 'Bearer error="invalid_token"',
    message: { en: 'The token is not valid here.', ko: '유효하지 않은 토큰입니다.' },
  },
  WRONG_CREDENTIALS: {
    ...unauthenticated,
    message: {
      en: 'Email or password is wrong.',
      ko: '이메일 또는 비밀번호가 올바르지 않습니다.',
    },
  },
  FORBIDDEN: {
    code: 403,
    status: 'FORBIDDEN',
    reason: 'FORBIDDEN',
    message: { en: 'Only an administrator may do this.', ko: '관리자만 사용할 수 있습니다.' },
  },
  NOT_FOUND: {
    ...notFound,
    message: { en: 'There is nothing at this address.', ko: '존재하지 않는 주소입니다.' },
  },
  NO_SUCH_COUPON: {
    ...notFound,
    message: { en: 'There is no such coupon.', ko: '존재하지 않는 쿠폰입니다.' },
  },
  METHOD_NOT_ALLOWED: {
    code: 405,
    status: 'METHOD_NOT_ALLOWED',
    reason: 'METHOD_NOT_ALLOWED',
    message: {
      en: 'This address does not take this method.',
      ko: '지원하지 않는 HTTP 메서드입니다.',
    },
  },
  EMAIL_TAKEN: {
    ...conflict,
    reason: 'EMAIL_TAKEN',
    message: { en: 'This email is taken.', ko: '이미 사용 중인 이메일입니다.' },
  },
  TOO_LARGE: {
    code: 413,
    status: 'PAYLOAD_TOO_LARGE',
    reason: 'TOO_LARGE',
    message: { en: 'The body is larger than 16 KiB.', ko: '요청 본문이 16 KiB보다 큽니다.' },
  },
  UNSUPPORTED_MEDIA_TYPE: {
    code: 415,
    status: 'UNSUPPORTED_MEDIA_TYPE',
    reason: 'UNSUPPORTED_MEDIA_TYPE',
    message: {
      en: 'The body must be application/json in UTF-8, not compressed.',
      ko: '요청 본문은 압축하지 않은 UTF-8 application/json이어야 합니다.',
    },
  },
  INTERNAL_ERROR: {
    code: 500,
    status: 'INTERNAL_SERVER_ERROR',
    reason: 'INTERNAL_ERROR',
    message: { en: 'Something went wrong on our side.', ko: '서버 내부 오류가 발생했습니다.' },
  },
};

/** The error that a client sees of each kind of missing verdict. */
export const errorOfNoVerdict: Readonly<Record<NoVerdictKind, ErrorName>> = {
  contended: 'LOCK_TIMEOUT',
  deadlocked: 'DEADLOCK',
  'lease-lost': 'LEASE_LOST',
  unavailable: 'UNAVAILABLE',
  inconsistent: 'COUPON_INCONSISTENT',
  indeterminate: 'OUTCOME_UNKNOWN',
};

/**
 * Ends a request with an error. Routes throw it on their cold paths; the error handler sends it.
 */
export class RequestError extends Error {
  override readonly name = 'RequestError';

  constructor(
    readonly error: ErrorName,
    readonly faults: readonly FieldFault[] = [],
  ) {
    super(error);
  }
}
