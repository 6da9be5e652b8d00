import { setTimeout as sleep } from 'node:timers/promises';
import type { CouponId } from '@coupon/domain';

/**
 * Work that runs beside the worker's cycles: one piece for each coupon, and `max` at once, so that
 * a coupon whose row is locked delays no other.
 */
export class InFlight {
  private readonly running = new Map<CouponId, Promise<void>>();

  constructor(private readonly max: number) {}

  get size(): number {
    return this.running.size;
  }

  get isFull(): boolean {
    return this.running.size >= this.max;
  }

  has(coupon: CouponId): boolean {
    return this.running.has(coupon);
  }

  /** Starts `work`, which must not reject. False: not started, since there is no place for it. */
  start(coupon: CouponId, work: () => Promise<void>): boolean {
    if (this.has(coupon) || this.isFull) return false;
    this.running.set(
      coupon,
      work().finally(() => this.running.delete(coupon)),
    );
    return true;
  }

  /** Resolves when a piece of work has ended, or after `ms`. */
  oneEnded(ms: number): Promise<void> {
    return atMost(Promise.race(this.running.values()), ms);
  }

  /** Resolves when all work has ended, or after `ms`. */
  allEnded(ms: number): Promise<void> {
    return atMost(Promise.all(this.running.values()), ms);
  }
}

async function atMost(work: Promise<unknown>, ms: number): Promise<void> {
  const waiting = new AbortController();
  const timer = sleep(ms, undefined, { signal: waiting.signal }).catch(() => undefined);
  await Promise.race([work, timer]);
  waiting.abort();
}
