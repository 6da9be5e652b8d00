import { setTimeout as sleep } from 'node:timers/promises';
import { allGuarantees, NoVerdict, type Deadline } from '@coupon/application';
import type { CouponId } from '@coupon/domain';
import { FairLock, type LockTurn } from '@coupon/redis';
import { KeyedSemaphore, type CriticalSection } from '@coupon/concurrency';
import { LeaseGuard, lockKeyOf } from '../lease-guard.js';
import { defineSection, type Resources } from '../plugin.js';
import { queueLockSettings, type QueueLockSettings } from './settings.js';

/**
 * One lease for many claims: it is handed on along the line in this process, and goes to another
 * process in bounded turns.
 */
export const redisQueueLock = defineSection({
  name: 'redis-queue-lock',
  guarantees: { ...allGuarantees, survivesPausedHolder: false },
  settings: queueLockSettings,
  section: queueLock,
});

/** A turn on its way along the line. */
interface HeldLock {
  readonly turn: LockTurn;
  readonly handoversLeft: number;
}

async function queueLock(
  resources: Resources,
  settings: QueueLockSettings,
): Promise<CriticalSection> {
  const { clock } = resources;
  const { leaseMs, retryMs, handoversMax, queueMax } = settings;
  const books = new LeaseGuard(resources, settings, 'REDIS_QUEUE_LOCK_LEASE_MS');
  const turns = new FairLock(await resources.redis(), clock, { leaseMs, waiterTtlMs: retryMs * 5 });
  const line = new KeyedSemaphore<CouponId>('redis-queue-lock', { concurrencyMax: 1, queueMax });
  const batons = new Map<CouponId, HeldLock>();

  const take = async (key: string, deadline: Deadline): Promise<HeldLock> => {
    for (;;) {
      const turn = await turns.take(key);
      if (turn !== null) return { turn, handoversLeft: handoversMax };
      const pauseMs = retryMs * (0.5 + Math.random() / 2);
      if (clock.nowMs() + pauseMs > deadline.atMs)
        throw new NoVerdict('contended', `${key}: not free before the deadline`);
      await sleep(pauseMs);
    }
  };

  /**
   * What the claim before handed over, renewed when its turn is up and no other process waits; else
   * null.
   */
  const handedOver = async ({ turn, handoversLeft }: HeldLock): Promise<HeldLock | null> => {
    if (handoversLeft > 0 && books.fitsInto(turn))
      return { turn, handoversLeft: handoversLeft - 1 };
    const renewed = await turn.renew();
    if (renewed === 'lost') books.lost(turn, 'at its renewal');
    return typeof renewed === 'string' ? null : { turn: renewed, handoversLeft: handoversMax };
  };

  return {
    enter: (terms, work, deadline) =>
      line.run(
        terms.couponId,
        async () => {
          const left = batons.get(terms.couponId);
          batons.delete(terms.couponId);
          const baton =
            (left && (await handedOver(left))) ?? (await take(lockKeyOf(terms), deadline));
          try {
            return await books.transact(baton.turn, work, deadline);
          } finally {
            // Nobody can leave the line between this look at it and the next one's entry: no timer
            // runs in between.
            if (line.waiting(terms.couponId) > 0 && books.isUsable(baton.turn))
              batons.set(terms.couponId, baton);
            else await books.release(baton.turn);
          }
        },
        deadline,
      ),
  };
}
