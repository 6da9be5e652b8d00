import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigFaults, NoVerdict, type Deadline } from '@coupon/application';
import { inTransaction } from '@coupon/mysql';
import { tryLease, type Lease } from '@coupon/redis';
import { Gate, guardedBy, type CriticalSection } from '@coupon/settlement';
import { definePlugin, type Resources } from '../plugin.js';
import { spinLockSettings, type SpinLockSettings } from './settings.js';

/** The original's fix: one lock per coupon in Redis around the same plain transaction, tried for every 100 ms. */
export const redisSpinLock = definePlugin({
  name: 'redis-spin-lock',
  guarantees: { neverOverIssues: true, neverLosesUpdates: true, recordedOnReturn: true, acrossProcesses: true, survivesPausedHolder: false },
  settings: spinLockSettings,
  async open(resources, settings) {
    return guardedBy(await spinLock(resources, settings));
  },
});

async function spinLock(resources: Resources, settings: SpinLockSettings): Promise<CriticalSection> {
  const { mysql, clock, counters, log } = resources;
  const { leaseMs, retryMs, waitMs, fenced } = settings;
  // A commit that comes after its lease is a commit without a lock.
  const { transactionMaxMs } = mysql.settings;
  if (leaseMs <= transactionMaxMs) {
    throw new ConfigFaults([{ variable: 'REDIS_SPIN_LOCK_LEASE_MS', value: String(leaseMs), allowed: `more than MYSQL_TRANSACTION_MAX_MS (${transactionMaxMs})` }]);
  }
  const redis = await resources.redis();
  const pollers = new Gate('redis-spin-lock', { insideMax: settings.pollersMax, queueMax: settings.queueMax });

  const acquire = async (key: string, deadline: Deadline): Promise<Lease> => {
    const untilMs = Math.min(clock.nowMs() + waitMs, deadline.atMs);
    for (;;) {
      const lease = await tryLease(redis, clock, key, leaseMs);
      if (lease !== null) return lease;
      if (clock.nowMs() + retryMs > untilMs) throw new NoVerdict('contended', `${key}: not free within ${waitMs} ms`);
      await sleep(retryMs);
    }
  };

  const release = async (key: string, lease: Lease): Promise<void> => {
    const intime = await lease.release().catch(() => false);
    if (intime) return;
    counters.count('lease_lost');
    log.warn('a lease was over before its release', { key, leaseMs });
  };

  return {
    enter: (terms, work, deadline) =>
      pollers.pass(async () => {
        const key = `{coupon:${terms.couponId}}:lock`;
        const lease = await acquire(key, deadline);
        try {
          return await inTransaction(mysql, { compareVersion: fenced }, async (ledger) => {
            const result = await work(ledger);
            if (clock.nowMs() >= lease.endsAtMs) throw new NoVerdict('lease-lost', `${key}: over before COMMIT`);
            return result;
          }, deadline);
        } finally {
          await release(key, lease);
        }
      }, deadline),
  };
}
