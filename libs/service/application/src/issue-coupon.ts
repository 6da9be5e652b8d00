import type { Claim, ClaimId, Closed, CouponId, Refusal, UserId, Verdict } from '@coupon/domain';
import { ANSWER_GRACE_MS, leftMs, withinMs } from './answer-bound.js';
import { DuplicateClaim } from './duplicate-claim.js';
import { NoVerdict } from './no-verdict.js';
import type { Clock } from './ports/clock.js';
import type { CouponCatalog } from './ports/coupon-catalog.js';
import type { Deadline } from './ports/deadline.js';
import type { GrantArchive, RecordedGrant } from './ports/grant-archive.js';
import type { IssuanceStrategy } from './ports/issuance-strategy.js';

/**
 * One request to the use case. With an idempotency key the client chose the claim's id, so the
 * request may be a replay.
 */
export interface IssueRequest {
  readonly couponId: CouponId;
  readonly user: UserId;
  readonly claimId: ClaimId;
  readonly hasIdempotencyKey: boolean;
}

/** A grant (`replayed`: the outcome of an earlier request with the same id), or a refusal. */
export type IssueOutcome =
  | {
      readonly kind: 'granted';
      readonly couponId: CouponId;
      readonly claimId: ClaimId;
      readonly ordinal: number;
      readonly issuedAtMs: number;
      readonly replayed: boolean;
    }
  | {
      readonly kind: 'refused';
      readonly reason: Refusal | Closed | 'NO_SUCH_COUPON' | 'KEY_REUSED';
    };

/**
 * Issues a coupon: admission first, then the strategy. A claim that was granted before gets its
 * first outcome, from its row. A coupon that the catalogue has seen sold out is refused at
 * admission, which costs neither a lock nor a transaction.
 */
export class IssueCoupon {
  constructor(
    private readonly catalog: Pick<CouponCatalog, 'find'>,
    private readonly strategy: IssuanceStrategy,
    private readonly archive: Pick<GrantArchive, 'find'>,
    private readonly clock: Clock,
  ) {}

  /**
   * Every business outcome is a value; rejects with NoVerdict when none was reached. Settles at the
   * latest ANSWER_GRACE_MS after the deadline, whatever hangs.
   */
  async issue(request: IssueRequest, deadline: Deadline): Promise<IssueOutcome> {
    const beganMs = this.clock.nowMs();
    const stocked = await withinMs(
      this.catalog.find(request.couponId),
      leftMs(deadline, 0, this.clock),
      () => new NoVerdict('unavailable', 'the catalogue did not answer before the deadline'),
    );
    if (stocked === null) return this.refuse(request, 'NO_SUCH_COUPON', deadline);
    const closed = stocked.coupon.closedAt(this.clock.nowMs());
    if (closed !== null) return this.refuse(request, closed, deadline);
    // No claim changes that; returned stock shows as soon as the catalogue's entry is stale.
    if (stocked.quantity === 0) return this.refuse(request, 'SOLD_OUT', deadline);
    const claim: Claim = { id: request.claimId, terms: stocked.coupon.terms, user: request.user };
    let verdict: Verdict;
    try {
      // Strategies bound their own waits, and then know more: this is for one that does not.
      verdict = await withinMs(
        this.strategy.issue(claim, deadline),
        leftMs(deadline, ANSWER_GRACE_MS, this.clock),
        () => new NoVerdict('indeterminate', 'the strategy did not answer in time'),
      );
    } catch (error) {
      return this.explain(request, error, deadline, beganMs);
    }
    if (verdict.kind === 'refused') return this.refuse(request, verdict.refusal, deadline);
    return {
      kind: 'granted',
      couponId: request.couponId,
      claimId: request.claimId,
      ordinal: verdict.ordinal,
      issuedAtMs: verdict.issuedAtMs,
      replayed: false,
    };
  }

  /**
   * A claim with an idempotency key may have been granted before it is refused now: only then is
   * the archive asked.
   */
  private async refuse(
    request: IssueRequest,
    reason: Refusal | Closed | 'NO_SUCH_COUPON',
    deadline: Deadline,
  ): Promise<IssueOutcome> {
    const first = request.hasIdempotencyKey ? await this.lookUp(request, deadline) : null;
    return first === null ? { kind: 'refused', reason } : this.recorded(request, first, true);
  }

  private async explain(
    request: IssueRequest,
    error: unknown,
    deadline: Deadline,
    beganMs: number,
  ): Promise<IssueOutcome> {
    const lostCommit = error instanceof NoVerdict && error.kind === 'indeterminate';
    if (!lostCommit && !(error instanceof DuplicateClaim)) throw error;
    // After a lost commit a row is proof of the grant; no row proves nothing, so the claim stays
    // indeterminate.
    const first = await this.lookUp(request, deadline).catch(() => null);
    if (first !== null) {
      // The row of this request's own COMMIT is no replay: its claim has had no answer yet.
      const isOwn =
        lostCommit && (!request.hasIdempotencyKey || first.issuedAtMs >= Math.floor(beganMs));
      return this.recorded(request, first, !isOwn);
    }
    if (lostCommit) throw error;
    throw new NoVerdict(
      'indeterminate',
      `claim ${request.claimId} is recorded but its row cannot be read`,
      { cause: error },
    );
  }

  private lookUp({ claimId }: IssueRequest, deadline: Deadline): Promise<RecordedGrant | null> {
    return withinMs(
      this.archive.find(claimId),
      leftMs(deadline, ANSWER_GRACE_MS, this.clock),
      () => new NoVerdict('unavailable', 'the archive did not answer in time'),
    );
  }

  private recorded(request: IssueRequest, first: RecordedGrant, replayed: boolean): IssueOutcome {
    if (first.user !== request.user || first.couponId !== request.couponId)
      return { kind: 'refused', reason: 'KEY_REUSED' };
    const { couponId, claimId, ordinal, issuedAtMs } = first;
    return { kind: 'granted', couponId, claimId, ordinal, issuedAtMs, replayed };
  }
}
