import {
  DuplicateClaim,
  NoVerdict,
  type Clock,
  type Deadline,
  type IssuanceStrategy,
} from '@coupon/application';
import type { Claim, CouponId, Terms, Verdict } from '@coupon/domain';
import { BoundedSemaphore } from './semaphore.js';
import type { BatchStrategy } from './issue-within.js';

/**
 * How many claims of one coupon are settled at once, how many batches of it are out at the same
 * time, and how many claims may wait.
 */
export interface BatchLimits {
  readonly batchMax: number;
  /**
   * With 2 (the default is 1) the next batch stands at the database's lock already while the one
   * before it commits.
   */
  readonly inFlightMax?: number;
  /**
   * Batches of all coupons together that are out at the same time: as many as get a connection.
   * Default: no bound.
   */
  readonly inFlightTotalMax?: number;
  readonly queueMax: number;
}

/** A claim with the two ends of its promise. */
interface Waiting {
  readonly claim: Claim;
  readonly deadline: Deadline;
  readonly answer: (verdict: Verdict) => void;
  readonly refuse: (error: unknown) => void;
}

const systemClock: Clock = { nowMs: () => Date.now() };

/**
 * Group commit: while one batch of a coupon's claims commits, the next one gathers. A claim that
 * comes alone is settled at once, alone; there is no timer, so nobody ever waits for company.
 * Coupons don't wait for each other.
 *
 * `issue` rejects with NoVerdict 'unavailable' when `queueMax` claims of the coupon wait already,
 * with 'contended' when its deadline passes while it waits; otherwise as `batch` does. A claim that
 * fails never fails its neighbours: see {@link retryPlan}.
 */
export function batchClaims(
  batch: BatchStrategy,
  limits: BatchLimits,
  clock: Clock = systemClock,
): IssuanceStrategy {
  const lanes = new Map<CouponId, CouponQueue>();
  const places = new BatchSlots(limits.inFlightTotalMax ?? Number.POSITIVE_INFINITY);
  return {
    issue(claim, deadline) {
      const { couponId } = claim.terms;
      let lane = lanes.get(couponId);
      if (lane === undefined) {
        lane = new CouponQueue(batch, limits, clock, places, () => lanes.delete(couponId));
        lanes.set(couponId, lane);
      }
      return lane.issue(claim, deadline);
    },
  };
}

/**
 * A lane may stand in line as long as it takes: each of its claims has a deadline of its own, and
 * every batch that is out ends.
 */
const noDeadline: Deadline = {
  atMs: Number.POSITIVE_INFINITY,
  signal: new AbortController().signal,
};

/** What all lanes share: the places for batches that are out. */
class BatchSlots {
  private readonly gate: BoundedSemaphore;
  private wanted = 0;

  constructor(private readonly inAllMax: number) {
    this.gate = new BoundedSemaphore('batches', {
      concurrencyMax: inAllMax,
      queueMax: Number.POSITIVE_INFINITY,
    });
  }

  /**
   * Sends batch after batch, each when there is a place for it, until `fly` found no claim; who had
   * one goes to the end of the line.
   */
  async sendAll(fly: () => Promise<number>): Promise<void> {
    this.wanted += 1;
    while ((await this.gate.run(fly, noDeadline)) > 0);
    this.wanted -= 1;
  }

  /** More is to be sent than there are places for. */
  get isSaturated(): boolean {
    return this.wanted > this.inAllMax;
  }
}

/** The claims of one coupon. It lives as long as there are any. */
class CouponQueue {
  private queue: Waiting[] = [];
  private inFlight = 0;
  /** How many the batch before this one held: they are being answered now, and will ask again. */
  private lastBatch = 0;
  private watched: Deadline | undefined;

  constructor(
    private readonly batch: BatchStrategy,
    private readonly limits: BatchLimits,
    private readonly clock: Clock,
    private readonly places: BatchSlots,
    private readonly onEmpty: () => void,
  ) {}

  issue(claim: Claim, deadline: Deadline): Promise<Verdict> {
    const { queueMax, inFlightMax: flightsMax = 1 } = this.limits;
    if (this.inFlight > 0 && this.queue.length >= queueMax) {
      return Promise.reject(
        new NoVerdict(
          'unavailable',
          `coupon ${claim.terms.couponId}: ${queueMax} claims wait already`,
        ),
      );
    }
    return new Promise((answer, refuse) => {
      this.queue.push({ claim, deadline, answer, refuse });
      if (this.inFlight < flightsMax) void this.run();
      if (this.queue.length === 0) return; // gone already
      if (this.watched === undefined || deadline.atMs < this.watched.atMs) this.watch(deadline);
    });
  }

  /**
   * A batch is put together when there is a place for it, not before: while it waits for one it can
   * still grow.
   */
  private async run(): Promise<void> {
    this.inFlight += 1;
    await this.places.sendAll(async () => {
      const claims = this.take();
      if (claims.length > 0) await settle(this.batch, claims, this.clock);
      return claims.length;
    });
    this.inFlight -= 1;
    if (this.queue.length > 0)
      void this.run(); // it came between the last look and here
    else if (this.inFlight === 0) this.onEmpty();
  }

  /**
   * The next batch: half of those in play (waiting, or just answered), first come first. Taking all
   * of them would make clients and database work in turns, each idle while the other is busy;
   * halves let one be answered while the other commits. Where other coupons wait for a place there
   * is work enough, and all go: fewer batches serve everybody sooner. What cannot go into it stays
   * at the head of the queue: a claim under other terms than the first one's, and the second of two
   * with the same id, which in one INSERT would look like two replays.
   */
  private take(): readonly Waiting[] {
    const nowMs = this.clock.nowMs();
    const [batch, later]: [Waiting[], Waiting[]] = [[], []];
    const ids = new Set<string>();
    const inPlay = this.queue.length + this.lastBatch;
    const most = Math.min(
      this.limits.batchMax,
      this.places.isSaturated ? inPlay : Math.ceil(inPlay / 2),
    );
    let seen = 0;
    for (; seen < this.queue.length && batch.length < most; seen += 1) {
      const next = this.queue[seen];
      if (next === undefined) break;
      const { claim, deadline } = next;
      if (deadline.atMs <= nowMs) refuseLate(next);
      else if (ids.has(claim.id) || !sameTerms((batch[0] ?? next).claim.terms, claim.terms))
        later.push(next);
      else {
        ids.add(claim.id);
        batch.push(next);
      }
    }
    this.queue = later.concat(this.queue.slice(seen));
    this.lastBatch = batch.length;
    this.watchEarliest();
    return batch;
  }

  /**
   * A signal costs more than all the rest of `issue`, so of the whole queue only the earliest
   * deadline is listened to.
   */
  private watchEarliest(): void {
    let earliest: Deadline | undefined;
    for (const { deadline } of this.queue)
      if (earliest === undefined || deadline.atMs < earliest.atMs) earliest = deadline;
    this.watch(earliest);
  }

  private watch(deadline: Deadline | undefined): void {
    if (deadline === this.watched) return;
    this.watched?.signal.removeEventListener('abort', this.sweep);
    this.watched = deadline;
    if (deadline === undefined) return;
    const { signal } = deadline;
    signal.addEventListener('abort', this.sweep, { once: true });
    if (signal.aborted) this.sweep();
  }

  /** The watched deadline has passed: all that are no later leave the queue. */
  private readonly sweep = (): void => {
    const untilMs = Math.max(this.watched?.atMs ?? 0, this.clock.nowMs());
    const late = this.queue.filter(({ deadline }) => deadline.atMs <= untilMs);
    this.queue = this.queue.filter(({ deadline }) => deadline.atMs > untilMs);
    for (const waiting of late) refuseLate(waiting);
    this.watchEarliest();
  };
}

const refuseLate = ({ claim, refuse }: Waiting): void =>
  refuse(new NoVerdict('contended', `coupon ${claim.terms.couponId}: deadline passed in line`));

const sameTerms = (a: Terms, b: Terms): boolean =>
  a === b || (a.totalQuantity === b.totalQuantity && a.perUserLimit === b.perUserLimit);

/** Answers every claim of a batch. Never rejects; runs `batch` less than twice for each claim. */
async function settle(
  batch: BatchStrategy,
  claims: readonly Waiting[],
  clock: Clock,
): Promise<void> {
  const parts = [claims];
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
    try {
      await settleOnce(batch, part);
    } catch (error) {
      parts.push(
        ...retryPlan(part, error, clock.nowMs())
          .filter((rest) => rest.length > 0)
          .reverse(),
      );
    }
  }
}

/** One run under the earliest deadline, so that it cannot outwait any of them. */
async function settleOnce(batch: BatchStrategy, part: readonly Waiting[]): Promise<void> {
  const [first] = part;
  if (first === undefined) return;
  const { deadline } = part.reduce(
    (earliest, next) => (next.deadline.atMs < earliest.deadline.atMs ? next : earliest),
    first,
  );
  const verdicts = await batch.issueAll(
    first.claim.terms,
    part.map(({ claim }) => claim),
    deadline,
  );
  if (verdicts.length !== part.length)
    throw new Error(`${verdicts.length} verdicts for ${part.length} claims`);
  verdicts.forEach((verdict, n) => part[n]?.answer(verdict));
}

/**
 * After a batch failed and recorded nothing: refuses whom the failure concerns, and says what to
 * run again.
 * - Replays are refused by name and the others run again; where nobody is named, or it was a bug,
 *   one of them is to blame: halves.
 * - 'contended' came when the earliest deadline passed: that one is late, the others run again.
 * - Any other NoVerdict is about what all of them depend on. 'indeterminate' above all: running
 *   again could issue twice.
 */
function retryPlan(
  part: readonly Waiting[],
  error: unknown,
  nowMs: number,
): readonly (readonly Waiting[])[] {
  if (error instanceof DuplicateClaim) {
    const ids = new Set(error.claims);
    const [named, rest] = [
      part.filter(({ claim }) => ids.has(claim.id)),
      part.filter(({ claim }) => !ids.has(claim.id)),
    ];
    if (part.length > 1 && (named.length === 0 || rest.length === 0)) return bisect(part);
    for (const { claim, refuse } of part.length === 1 ? part : named)
      refuse(new DuplicateClaim([claim.id], { cause: error }));
    return part.length === 1 ? [] : [rest];
  }
  if (error instanceof NoVerdict) {
    const inTime =
      error.kind === 'contended' ? part.filter(({ deadline }) => deadline.atMs > nowMs) : [];
    const others = inTime.length < part.length ? inTime : [];
    for (const waiting of part) if (!others.includes(waiting)) waiting.refuse(error);
    return [others];
  }
  if (part.length > 1) return bisect(part);
  for (const { refuse } of part) refuse(error);
  return [];
}

const bisect = (part: readonly Waiting[]): readonly (readonly Waiting[])[] => {
  const middle = Math.ceil(part.length / 2);
  return [part.slice(0, middle), part.slice(middle)];
};
