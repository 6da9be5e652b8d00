import type { ClaimId, CouponId, Terms, UserId } from '@coupon/domain';
import type { NewCoupon } from './coupon-catalog.js';

/** A grant that no strategy issued. */
export interface FixtureGrant {
  readonly couponId: CouponId;
  readonly user: UserId;
  readonly ordinal: number;
  readonly claimId: ClaimId;
  readonly issuedAtMs: number;
}

/**
 * A transaction of another client of the database. It keeps what it locks until it is disposed,
 * which rolls it back and never rejects.
 */
export interface RivalTransaction extends AsyncDisposable {
  /** Locks the coupon's row, as a strategy might. Rejects when this transaction is a victim. */
  lockCoupon(coupon: CouponId): Promise<void>;
  /** Writes every user, so that the database would rather roll back any claim than this. */
  writeUsers(): Promise<void>;
}

/**
 * What tests, laboratory and benchmark do to the database directly, past every use case and every
 * strategy. Never used by the service. Rejects with the database's errors.
 */
export interface FixtureStore {
  /** Creates users who cannot log in. */
  createUsers(count: number): Promise<readonly UserId[]>;
  /** Creates a coupon that is open for an hour from now, without a limit per user, unless given. */
  createCoupon(totalQuantity: number, own?: Partial<NewCoupon>): Promise<Terms>;
  pauseCoupon(coupon: CouponId): Promise<void>;
  /** Changes what the coupon's row says is left, and nothing else. */
  setRemaining(coupon: CouponId, remaining: number): Promise<void>;
  /** Records one grant, and leaves what remains alone. */
  recordGrant(grant: FixtureGrant): Promise<void>;
  /**
   * Sells the coupon out: records `count` grants, numbered from 1, of one new user, in the database
   * itself; takes about 10 s for a million.
   */
  fillGrants(coupon: CouponId, count: number): Promise<void>;
  /** Locks the coupon's row until the returned function is called. */
  holdCoupon(coupon: CouponId): Promise<() => Promise<void>>;
  beginRival(): Promise<RivalTransaction>;
}
