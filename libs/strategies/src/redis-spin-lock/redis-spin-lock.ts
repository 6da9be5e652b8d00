import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigFaults, NoVerdict, type Deadline } from '@coupon/application';
import type { CouponId } from '@coupon/domain';
import { tryLease, type Lease } from '@coupon/redis';
import { Gates, StaleLedger, type CriticalSection, type LedgerTransaction } from '@coupon/settlement';
import { defineSection, type Resources } from '../plugin.js';
import { spinLockSettings, type SpinLockSettings } from './settings.js';

/** The original's fix: one lock per coupon in Redis around the same plain transaction, tried for every 100 ms. */
export const redisSpinLock = defineSection({
  name: 'redis-spin-lock',
  guarantees: { neverOverIssues: true, neverLosesUpdates: true, recordedOnReturn: true, acrossProcesses: true, survivesPausedHolder: false },
  settings: spinLockSettings,
  section: spinLock,
});

async function spinLock(resources: Resources, settings: SpinLockSettings): Promise<CriticalSection> {
  const { books, clock, counters, log } = resources;
  const { leaseMs, retryMs, waitMs, fenced } = settings;
  // A commit that comes after its lease is a commit without a lock.
  const { transactionMaxMs } = books;
  if (leaseMs <= transactionMaxMs) {
    throw new ConfigFaults([{ variable: 'REDIS_SPIN_LOCK_LEASE_MS', value: String(leaseMs), allowed: `more than MYSQL_TRANSACTION_MAX_MS (${transactionMaxMs})` }]);
  }
  const redis = await resources.redis();
  const pollers = new Gates<CouponId>('redis-spin-lock', { insideMax: settings.pollersMax, queueMax: settings.queueMax });

  const acquire = async (key: string, deadline: Deadline): Promise<Lease> => {
    const untilMs = Math.min(clock.nowMs() + waitMs, deadline.atMs);
    for (;;) {
      const lease = await tryLease(redis, clock, key, leaseMs);
      if (lease !== null) return lease;
      if (clock.nowMs() + retryMs > untilMs) throw new NoVerdict('contended', `${key}: not free within ${waitMs} ms`);
      await sleep(retryMs);
    }
  };

  /** The work inside the lock; the last look at the lease is before COMMIT. */
  const holding = async <T>(key: string, lease: Lease, work: (ledger: LedgerTransaction) => Promise<T>, deadline: Deadline): Promise<T> => {
    let lostWhen: string | null = null;
    const lost = (when: string): NoVerdict => {
      lostWhen = when;
      return new NoVerdict('lease-lost', `${key}: lease of ${leaseMs} ms was over ${when}`);
    };
    try {
      return await books.inTransaction({ compareVersion: fenced }, async (ledger) => {
        const result = await work(ledger);
        if (clock.nowMs() >= lease.endsAtMs) throw lost('before COMMIT');
        return result;
      }, deadline);
    } catch (error) {
      throw error instanceof StaleLedger ? lost('and another holder wrote') : error;
    } finally {
      const released = await lease.release().catch(() => true);
      if (!released) lostWhen ??= 'at its release';
      if (lostWhen !== null) {
        counters.count('lease_lost');
        log.warn('lease lost', { key, when: lostWhen, leaseMs });
      }
    }
  };

  return {
    enter: (terms, work, deadline) =>
      pollers.pass(terms.couponId, async () => {
        const key = `{coupon:${terms.couponId}}:lock`;
        return holding(key, await acquire(key, deadline), work, deadline);
      }, deadline),
  };
}
