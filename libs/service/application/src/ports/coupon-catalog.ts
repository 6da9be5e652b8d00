import type { Coupon, CouponId } from '@coupon/domain';

/** What the maker of a coupon decides. Times are epoch milliseconds. */
export interface NewCoupon {
  readonly name: string;
  readonly totalQuantity: number;
  readonly perUserLimit: number | null;
  readonly opensAtMs: number;
  readonly closesAtMs: number;
}

/** A coupon with what is left of it, as the database said at one moment. */
export interface StockedCoupon {
  readonly coupon: Coupon;
  readonly quantity: number;
}

/**
 * The coupons on offer. All methods reject with NoVerdict('unavailable') when the store cannot be
 * reached.
 */
export interface CouponCatalog {
  create(coupon: NewCoupon): Promise<StockedCoupon>;
  find(id: CouponId): Promise<StockedCoupon | null>;
  /**
   * Up to `limit` coupons with ids above `after` (null: from the first), in the order of their ids.
   */
  page(after: CouponId | null, limit: number): Promise<readonly StockedCoupon[]>;
}
