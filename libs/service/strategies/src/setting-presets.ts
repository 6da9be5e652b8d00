import { flag, integer, type Setting } from '@coupon/application';
import type { RetryLimits } from '@coupon/concurrency';
import type { LeaseSettings } from './lease-guard.js';

/** `<PREFIX>_QUEUE_MAX`: claims of one coupon that may wait in this process. */
export const queueMax = (prefix: string): Setting<number> =>
  integer(`${prefix}_QUEUE_MAX`, {
    default: 10_000,
    min: 0,
    max: 1_000_000,
    about: {
      en: 'claims of one coupon that may wait in this process; further ones are answered 503',
      ko: '이 프로세스에서 기다릴 수 있는 쿠폰 하나의 요청 수. 넘으면 503',
    },
  });

/** `<PREFIX>_TRIERS_MAX`: transactions of one coupon at the same time. */
export const concurrencyMax = (prefix: string): Setting<number> =>
  integer(`${prefix}_TRIERS_MAX`, {
    default: 2,
    min: 1,
    max: 1_000,
    about: {
      en: 'transactions of one coupon at the same time in this process; further claims wait',
      ko: '이 프로세스가 쿠폰 하나에 대해 동시에 여는 트랜잭션 수. 나머지 요청은 기다립니다',
    },
  });

type Shape<Settings> = { readonly [Field in keyof Settings]: Setting<Settings[Field]> };

/**
 * `<PREFIX>_ATTEMPTS_MAX` and `<PREFIX>_PAUSE_MAX_MS`: how often and how soon a claim is retried.
 */
export const retryLimits = (prefix: string): Shape<RetryLimits> => ({
  attemptsMax: integer(`${prefix}_ATTEMPTS_MAX`, {
    default: 200,
    min: 1,
    max: 100_000,
    about: {
      en: 'attempts of one claim before it is answered 409 LOCK_TIMEOUT',
      ko: '요청 하나의 최대 시도 횟수. 넘으면 409 LOCK_TIMEOUT',
    },
  }),
  pauseMaxMs: integer(`${prefix}_PAUSE_MAX_MS`, {
    default: 20,
    min: 1,
    max: 10_000,
    unit: 'ms',
    about: {
      en:
        'longest pause between two attempts; ' +
        'each is a random part of one that doubles up to this',
      ko: '두 시도 사이의 최대 간격. 두 배씩 늘어나는 간격의 임의의 일부만큼 쉽니다',
    },
  }),
});

/** `<PREFIX>_LEASE_MS` and `<PREFIX>_FENCED`: what every lock in Redis is configured by. */
export const leaseSettings = (prefix: string): Shape<LeaseSettings> => ({
  leaseMs: integer(`${prefix}_LEASE_MS`, {
    default: 5_000,
    min: 100,
    max: 600_000,
    unit: 'ms',
    about: {
      en:
        'how long Redis keeps the lock for a holder that does not come back; ' +
        'must be more than `MYSQL_TRANSACTION_MAX_MS`',
      ko:
        '돌아오지 않는 보유자를 위해 Redis가 락을 유지하는 시간. ' +
        '`MYSQL_TRANSACTION_MAX_MS`보다 커야 합니다',
    },
  }),
  fenced: flag(`${prefix}_FENCED`, {
    default: false,
    adds: 'survivesPausedHolder',
    about: {
      en:
        "the write also compares the coupon's version, " +
        'which stops a holder that was paused past its lease',
      ko: '쓸 때 쿠폰의 버전도 비교해, 임대 시간을 넘겨 멈춰 있던 보유자의 쓰기를 막습니다',
    },
  }),
});
