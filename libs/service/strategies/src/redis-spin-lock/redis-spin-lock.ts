import { setTimeout as sleep } from 'node:timers/promises';
import { allGuarantees, NoVerdict, type Deadline } from '@coupon/application';
import { tryLease, type Lease } from '@coupon/redis';
import { withConcurrencyLimit, type CriticalSection } from '@coupon/concurrency';
import { LeaseGuard, lockKeyOf } from '../lease-guard.js';
import { defineSection, type Resources } from '../plugin.js';
import { spinLockSettings, type SpinLockSettings } from './settings.js';

/**
 * The original's fix: one lock per coupon in Redis around the same plain transaction, tried for
 * every 100 ms.
 */
export const redisSpinLock = defineSection({
  name: 'redis-spin-lock',
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
  const books = new LeaseGuard(resources, settings, 'REDIS_SPIN_LOCK_LEASE_MS');
  const redis = await resources.redis();

  const acquire = async (key: string, deadline: Deadline): Promise<Lease> => {
    const untilMs = Math.min(clock.nowMs() + waitMs, deadline.atMs);
    for (;;) {
      const lease = await tryLease(redis, clock, key, leaseMs);
      if (lease !== null) return lease;
      if (clock.nowMs() + retryMs > untilMs)
        throw new NoVerdict('contended', `${key}: not free within ${waitMs} ms`);
      await sleep(retryMs);
    }
  };

  return withConcurrencyLimit(
    'redis-spin-lock',
    { concurrencyMax: pollersMax, queueMax },
    {
      enter: async (terms, work, deadline) =>
        books.holding(await acquire(lockKeyOf(terms), deadline), work, deadline),
    },
  );
}
