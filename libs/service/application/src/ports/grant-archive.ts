import type { ClaimId, CouponId, UserId } from '@coupon/domain';

/** A grant as its row tells it. */
export interface RecordedGrant {
  /** The row's id: the key of a user's list, in the order of issue. */
  readonly id: number;
  readonly claimId: ClaimId;
  readonly couponId: CouponId;
  readonly user: UserId;
  readonly ordinal: number;
  readonly issuedAtMs: number;
}

/**
 * What has been granted. Both methods reject with NoVerdict('unavailable') when the store cannot be
 * reached.
 */
export interface GrantArchive {
  find(claim: ClaimId): Promise<RecordedGrant | null>;
  /**
   * Up to `limit` grants of one user with row ids above `after` (null: from the first), in the
   * order of their ids.
   */
  pageOf(user: UserId, after: number | null, limit: number): Promise<readonly RecordedGrant[]>;
}
