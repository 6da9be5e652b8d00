import type { Reason } from '@coupon/http-contract';
import type { Text } from '../text.js';

/** How a claim can end for its client: granted, without an answer, or with an error of the API. */
export type ClaimOutcome = '200' | 'NO_ANSWER' | Reason;

/** The outcomes of a claim; any other is named by its code. */
export const outcomes: Readonly<Record<ClaimOutcome, Text>> = {
  200: { en: '200 granted', ko: '200 발급' },
  NO_ANSWER: { en: 'no response', ko: '응답 없음' },
  SOLD_OUT: { en: '409 sold out', ko: '409 매진' },
  LIMIT_REACHED: { en: '409 limit reached', ko: '409 1인당 한도 도달' },
  NOT_OPEN: { en: '409 not open', ko: '409 발급 기간 아님' },
  LOCK_TIMEOUT: { en: '409 lock timeout', ko: '409 락 획득 시간 초과' },
  COUPON_INCONSISTENT: { en: '409 coupon inconsistent', ko: '409 쿠폰 기록 불일치' },
  EMAIL_TAKEN: { en: '409 email taken', ko: '409 사용 중인 이메일' },
  LEASE_LOST: { en: '503 lease lost', ko: '503 락 만료' },
  DEADLOCK: { en: '503 deadlock', ko: '503 데드락' },
  UNAVAILABLE: { en: '503 unavailable', ko: '503 일시적으로 사용 불가' },
  OUTCOME_UNKNOWN: { en: '504 outcome unknown', ko: '504 결과 알 수 없음' },
  INTERNAL_ERROR: { en: '500 internal error', ko: '500 서버 내부 오류' },
  KEY_REUSED: { en: '422 key reused', ko: '422 이미 사용된 키' },
  INVALID_REQUEST: { en: '400 invalid request', ko: '400 잘못된 요청' },
  UNAUTHENTICATED: { en: '401 unauthenticated', ko: '401 인증 필요' },
  FORBIDDEN: { en: '403 forbidden', ko: '403 권한 없음' },
  NOT_FOUND: { en: '404 not found', ko: '404 찾을 수 없음' },
  METHOD_NOT_ALLOWED: { en: '405 method not allowed', ko: '405 지원하지 않는 메서드' },
  TOO_LARGE: { en: '413 too large', ko: '413 너무 큰 본문' },
  UNSUPPORTED_MEDIA_TYPE: { en: '415 unsupported media type', ko: '415 지원하지 않는 형식' },
};
