import type { Deadline } from '@coupon/application';
import { BoundedSemaphore } from './semaphore.js';

/**
 * A coupon's queue may wait for a slot as long as it takes: each of its claims has a deadline of
 * its own, and every batch in flight ends.
 */
const noDeadline: Deadline = {
  atMs: Number.POSITIVE_INFINITY,
  signal: new AbortController().signal,
};

/** The slots that batches of all coupons share: `slotsMax` are in flight at once. */
export class BatchSlots {
  private readonly semaphore: BoundedSemaphore;
  private demand = 0;

  constructor(private readonly slotsMax: number) {
    this.semaphore = new BoundedSemaphore('batches', {
      concurrencyMax: slotsMax,
      queueMax: Number.POSITIVE_INFINITY,
    });
  }

  /**
   * Runs `runNext` again and again, each time that there is a slot, until it resolves with 0: the
   * number of claims it found. After each run the caller goes to the end of the queue for slots.
   */
  async runAll(runNext: () => Promise<number>): Promise<void> {
    this.demand += 1;
    while ((await this.semaphore.run(runNext, noDeadline)) > 0);
    this.demand -= 1;
  }

  /** More queues ask for slots than there are. */
  get isSaturated(): boolean {
    return this.demand > this.slotsMax;
  }
}
