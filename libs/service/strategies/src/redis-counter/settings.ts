import { defineSettings, integer, oneOf } from '@coupon/application';

const shape = {
  batchMax: integer('REDIS_COUNTER_BATCH_MAX', {
    default: 500,
    min: 1,
    max: 5_000,
    about: {
      en: 'grants of one coupon recorded in one transaction',
      ko: '한 트랜잭션으로 기록하는 쿠폰 하나의 발급 수',
    },
  }),
  claimIdleMs: integer('REDIS_COUNTER_CLAIM_IDLE_MS', {
    default: 10_000,
    min: 100,
    max: 3_600_000,
    unit: 'ms',
    about: {
      en:
        'a worker that has not recorded its grants for this long is considered dead, and another ' +
        'one takes over; must be more than `MYSQL_TRANSACTION_MAX_MS`',
      ko:
        '이 시간 동안 발급을 기록하지 않은 워커는 죽은 것으로 보고 다른 워커가 이어받습니다. ' +
        '`MYSQL_TRANSACTION_MAX_MS`보다 커야 합니다',
    },
  }),
  drainMs: integer('REDIS_COUNTER_DRAIN_MS', {
    default: 2_000,
    min: 0,
    max: 600_000,
    unit: 'ms',
    about: {
      en: 'how long a worker that is closed goes on recording what is left',
      ko: '워커가 끝날 때 남은 것을 기록하는 최대 시간',
    },
  }),
};

/** How the write-behind worker gets grants from Redis into the database. Throws ConfigFaults. */
export const writeBehindSettings = defineSettings(shape);

/** See {@link writeBehindSettings}. */
export type WriteBehindSettings = ReturnType<typeof writeBehindSettings>;

/** Reads REDIS_COUNTER_*: the worker's settings, and whether this process runs one. */
export const counterSettings = defineSettings({
  settler: oneOf('REDIS_COUNTER_SETTLER', {
    default: 'embedded',
    words: ['embedded', 'apart'],
    about: {
      en:
        '`embedded`: this process also records; `apart`: only other processes record ' +
        '(`npm run settler`), this one issues',
      ko:
        '`embedded`: 이 프로세스가 기록도 합니다. ' +
        '`apart`: 기록은 다른 프로세스만 하고(`npm run settler`) 이 프로세스는 발급만 합니다',
    },
  }),
  ...shape,
});

/** See {@link counterSettings}. */
export type CounterSettings = ReturnType<typeof counterSettings>;
