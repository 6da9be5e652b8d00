import { allGuarantees, defineSettings, integer } from '@coupon/application';
import {
  withConcurrencyLimit,
  withRetry,
  type CriticalSection,
  type RetryLimits,
} from '@coupon/concurrency';
import { defineSection, type Resources } from '../plugin.js';
import { queueMax } from '../setting-presets.js';

const namedLockSettings = defineSettings({
  connectionsMax: integer('MYSQL_NAMED_LOCK_CONNECTIONS_MAX', {
    default: 2,
    min: 1,
    max: 1_000,
    about: {
      en:
        'claims of one coupon at the named lock, each on a connection: ' +
        'the holder and its successor',
      ko: '쿠폰 하나의 이름 락 앞에서 연결을 쓰는 요청 수: 보유자와 바로 다음 차례',
    },
  }),
  queueMax: queueMax('MYSQL_NAMED_LOCK'),
});

type NamedLockSettings = ReturnType<typeof namedLockSettings>;

/**
 * GET_LOCK on the transaction's own connection, released after COMMIT: a lock of the database that
 * needs no row.
 */
export const mysqlNamedLock = defineSection({
  name: 'mysql-named-lock',
  summary: {
    en: "GET_LOCK on the transaction's connection",
    ko: '트랜잭션의 연결에서 잡는 GET_LOCK',
  },
  guarantees: allGuarantees,
  settings: namedLockSettings,
  section: namedLock,
});

/**
 * The lock keeps all claims apart, so only a change by SQL makes one start again: seldom twice.
 */
const retryLimits: RetryLimits = { attemptsMax: 10, pauseMaxMs: 8 };

/**
 * A claim waiting in GET_LOCK occupies a connection, so by default at most two per coupon may: the
 * holder and its successor.
 */
function namedLock(
  { stockStore, clock }: Resources,
  { connectionsMax, queueMax }: NamedLockSettings,
): CriticalSection {
  const once: CriticalSection = {
    enter: (terms, work, deadline) =>
      stockStore.inTransaction({ namedLock: `coupon:${terms.couponId}` }, work, deadline),
  };
  return withConcurrencyLimit(
    'mysql-named-lock',
    { concurrencyMax: connectionsMax, queueMax },
    withRetry(once, retryLimits, clock),
  );
}
