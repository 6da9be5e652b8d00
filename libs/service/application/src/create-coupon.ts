import type { CouponCatalog, NewCoupon, StockedCoupon } from './ports/coupon-catalog.js';

/** Puts a coupon on offer. */
export class CreateCoupon {
  constructor(private readonly catalog: Pick<CouponCatalog, 'create'>) {}

  /** Rejects with NoVerdict('unavailable') when the catalogue cannot be reached. */
  create(coupon: NewCoupon): Promise<StockedCoupon> {
    return this.catalog.create(coupon);
  }
}
