import { setTimeout as sleep } from 'node:timers/promises';
import {
  allGuarantees,
  defineSettings,
  integer,
  NoVerdict,
  type Deadline,
} from '@coupon/application';
import { tryLease, type Lease } from '@coupon/redis';
import { withConcurrencyLimit, type CriticalSection } from '@coupon/concurrency';
import { LeaseGuard, lockKeyOf } from '../lease-guard.js';
import { defineSection, type Resources } from '../plugin.js';
import { leaseSettings, queueMax } from '../setting-presets.js';

const spinLockSettings = defineSettings({
  ...leaseSettings('REDIS_SPIN_LOCK'),
  retryMs: integer('REDIS_SPIN_LOCK_RETRY_MS', {
    default: 100,
    min: 1,
    max: 10_000,
    unit: 'ms',
    about: { en: 'pause between two attempts', ko: '재시도 간격' },
  }),
  waitMs: integer('REDIS_SPIN_LOCK_WAIT_MS', {
    default: 10_000,
    min: 0,
    max: 120_000,
    unit: 'ms',
    about: {
      en: 'how long one claim polls, once it is among the pollers',
      ko: '요청 하나가 시도를 계속하는 시간',
    },
  }),
  pollersMax: integer('REDIS_SPIN_LOCK_POLLERS_MAX', {
    default: 1,
    min: 1,
    max: 10_000,
    about: {
      en: 'claims of one coupon that poll at the same time in this process; further claims wait',
      ko: '이 프로세스에서 쿠폰 하나에 대해 동시에 시도하는 요청 수. 나머지는 기다립니다',
    },
  }),
  queueMax: queueMax('REDIS_SPIN_LOCK'),
});

type SpinLockSettings = ReturnType<typeof spinLockSettings>;

/**
 * The original's fix: one lock per coupon in Redis around the same plain transaction, polled every
 * 100 ms.
 */
export const redisSpinLock = defineSection({
  name: 'redis-spin-lock',
  summary: { en: 'a lease in Redis, polled every 100 ms', ko: 'Redis의 임대 락, 100 ms마다 시도' },
  guarantees: { ...allGuarantees, survivesPausedHolder: false },
  settings: spinLockSettings,
  section: spinLock,
});

async function spinLock(
  resources: Resources,
  settings: SpinLockSettings,
): Promise<CriticalSection> {
  const { clock } = resources;
  const { leaseMs, retryMs, waitMs, pollersMax, queueMax } = settings;
  const guard = new LeaseGuard(resources, settings, 'REDIS_SPIN_LOCK_LEASE_MS');
  const redis = await resources.redis();

  const acquire = async (key: string, deadline: Deadline): Promise<Lease> => {
    const untilMs = Math.min(clock.monotonicMs() + waitMs, deadline.atMs);
    for (;;) {
      const lease = await tryLease(redis, clock, key, leaseMs);
      if (lease !== null) return lease;
      if (clock.monotonicMs() + retryMs > untilMs)
        throw new NoVerdict('contended', `${key}: not free within ${waitMs} ms`);
      await sleep(retryMs);
    }
  };

  return withConcurrencyLimit(
    'redis-spin-lock',
    { concurrencyMax: pollersMax, queueMax },
    {
      enter: async (terms, work, deadline) =>
        guard.holding(await acquire(lockKeyOf(terms), deadline), work, deadline),
    },
  );
}
