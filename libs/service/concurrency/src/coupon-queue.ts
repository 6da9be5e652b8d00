import { NoVerdict, type Deadline, type MonotonicClock } from '@coupon/application';
import type { Claim, Terms, Verdict } from '@coupon/domain';
import type { BatchSlots } from './batch-slots.js';
import type { BatchStrategy } from './issue-within.js';
import { runBatch, type PendingClaim } from './run-batch.js';

/** The bounds of one coupon's queue. */
export interface QueueLimits {
  /** Claims in one batch. */
  readonly batchMax: number;
  /**
   * Batches in flight at once. With 2 (the default is 1) the next batch waits at the database's
   * lock already while the one before it commits.
   */
  readonly inFlightMax?: number;
  /** Claims that may wait while a batch is in flight. */
  readonly queueMax: number;
}

/**
 * The claims of one coupon that wait, and its batches in flight. Calls `onEmpty` when neither is
 * left.
 */
export class CouponQueue {
  private waiting: PendingClaim[] = [];
  private inFlight = 0;
  /** Size of the batch before: its claims are being answered, and their clients ask again soon. */
  private lastBatchSize = 0;
  private watchedDeadline: Deadline | undefined;

  constructor(
    private readonly batch: BatchStrategy,
    private readonly limits: QueueLimits,
    private readonly clock: MonotonicClock,
    private readonly slots: BatchSlots,
    private readonly onEmpty: () => void,
  ) {}

  /** As `batchClaims` says. */
  issue(claim: Claim, deadline: Deadline): Promise<Verdict> {
    const { queueMax, inFlightMax = 1 } = this.limits;
    if (this.inFlight > 0 && this.waiting.length >= queueMax) {
      const why = `coupon ${claim.terms.couponId}: ${queueMax} claims wait already`;
      return Promise.reject(new NoVerdict('unavailable', why));
    }
    return new Promise((resolve, reject) => {
      this.waiting.push({ claim, deadline, resolve, reject });
      if (this.inFlight < inFlightMax) void this.run();
      if (this.waiting.length === 0) return; // in flight already
      if (this.watchedDeadline === undefined || deadline.atMs < this.watchedDeadline.atMs)
        this.watch(deadline);
    });
  }

  /**
   * A batch is formed only when there is a slot for it: while it waits for one it can still grow.
   */
  private async run(): Promise<void> {
    this.inFlight += 1;
    await this.slots.runAll(async () => {
      const claims = this.takeBatch();
      if (claims.length > 0) await runBatch(this.batch, claims, this.clock);
      return claims.length;
    });
    this.inFlight -= 1;
    if (this.waiting.length > 0)
      void this.run(); // a claim came after the last look at the queue
    else if (this.inFlight === 0) this.onEmpty();
  }

  /**
   * The next batch: half of the claims in play (waiting, or just answered), in the order of
   * arrival. Taking all of them would make clients and database work in turns, each idle while the
   * other is busy; with halves, one half is answered while the other commits. When the slots are
   * saturated there is work enough, and all claims go: fewer batches serve every coupon sooner.
   * Two kinds of claims are deferred and stay at the head of the queue: a claim under other terms
   * than the first one's, and the second of two with the same id, which in one INSERT would look
   * like two replays.
   */
  private takeBatch(): readonly PendingClaim[] {
    const nowMs = this.clock.monotonicMs();
    const batch: PendingClaim[] = [];
    const deferred: PendingClaim[] = [];
    const ids = new Set<string>();
    const inPlay = this.waiting.length + this.lastBatchSize;
    const wanted = this.slots.isSaturated ? inPlay : Math.ceil(inPlay / 2);
    const sizeMax = Math.min(this.limits.batchMax, wanted);
    let seen = 0;
    for (const next of this.waiting) {
      if (batch.length >= sizeMax) break;
      seen += 1;
      const { claim, deadline } = next;
      if (deadline.atMs <= nowMs) rejectExpired(next);
      else if (ids.has(claim.id) || !isSameTerms((batch[0] ?? next).claim.terms, claim.terms))
        deferred.push(next);
      else {
        ids.add(claim.id);
        batch.push(next);
      }
    }
    this.waiting = deferred.concat(this.waiting.slice(seen));
    this.lastBatchSize = batch.length;
    this.watchEarliest();
    return batch;
  }

  /**
   * Creating a signal costs more than all the rest of `issue`, so only the earliest deadline of the
   * queue is watched.
   */
  private watchEarliest(): void {
    let earliest: Deadline | undefined;
    for (const { deadline } of this.waiting)
      if (earliest === undefined || deadline.atMs < earliest.atMs) earliest = deadline;
    this.watch(earliest);
  }

  private watch(deadline: Deadline | undefined): void {
    if (deadline === this.watchedDeadline) return;
    this.watchedDeadline?.signal.removeEventListener('abort', this.removeExpired);
    this.watchedDeadline = deadline;
    if (deadline === undefined) return;
    const { signal } = deadline;
    signal.addEventListener('abort', this.removeExpired, { once: true });
    if (signal.aborted) this.removeExpired();
  }

  /** The watched deadline has passed: all claims whose deadline is no later leave the queue. */
  private readonly removeExpired = (): void => {
    const untilMs = Math.max(this.watchedDeadline?.atMs ?? 0, this.clock.monotonicMs());
    const expired = this.waiting.filter(({ deadline }) => deadline.atMs <= untilMs);
    this.waiting = this.waiting.filter(({ deadline }) => deadline.atMs > untilMs);
    for (const pending of expired) rejectExpired(pending);
    this.watchEarliest();
  };
}

const rejectExpired = ({ claim, reject }: PendingClaim): void => {
  const why = `coupon ${claim.terms.couponId}: deadline passed in the queue`;
  reject(new NoVerdict('contended', why));
};

const isSameTerms = (a: Terms, b: Terms): boolean =>
  a === b || (a.totalQuantity === b.totalQuantity && a.perUserLimit === b.perUserLimit);
