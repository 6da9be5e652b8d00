import { systemClock, type IssuanceStrategy, type MonotonicClock } from '@coupon/application';
import type { CouponId } from '@coupon/domain';
import { BatchSlots } from './batch-slots.js';
import { CouponQueue, type QueueLimits } from './coupon-queue.js';
import type { BatchStrategy } from './issue-within.js';

/** The bounds of each coupon's queue, and of all of them together. */
export interface BatchLimits extends QueueLimits {
  /**
   * Batches of all coupons in flight at once: as many as get a connection. Default: no bound.
   */
  readonly inFlightTotalMax?: number;
}

/**
 * Group commit: while one batch of a coupon's claims commits, the next one gathers. A claim that
 * comes alone is issued at once, alone; there is no timer, so no claim ever waits for others.
 * Coupons don't wait for each other.
 *
 * `issue` rejects with NoVerdict 'unavailable' when `queueMax` claims of the coupon wait already,
 * with 'contended' when the claim's deadline passes while it waits; otherwise as `batch` does. A
 * claim that fails never fails the other claims of its batch (run-batch.ts).
 */
export function batchClaims(
  batch: BatchStrategy,
  limits: BatchLimits,
  clock: MonotonicClock = systemClock,
): IssuanceStrategy {
  const queues = new Map<CouponId, CouponQueue>();
  const slots = new BatchSlots(limits.inFlightTotalMax ?? Number.POSITIVE_INFINITY);
  return {
    issue(claim, deadline) {
      const { couponId } = claim.terms;
      let queue = queues.get(couponId);
      if (queue === undefined) {
        queue = new CouponQueue(batch, limits, clock, slots, () => queues.delete(couponId));
        queues.set(couponId, queue);
      }
      return queue.issue(claim, deadline);
    },
  };
}
