import type { CouponId } from '@coupon/domain';
import type { CouponCatalog, StockedCoupon } from './ports/coupon-catalog.js';

/** Shows one coupon with its stock of this moment. */
export class GetCoupon {
  constructor(private readonly catalog: Pick<CouponCatalog, 'find'>) {}

  /** Null: there is no such coupon. Rejects with NoVerdict('unavailable'). */
  get(id: CouponId): Promise<StockedCoupon | null> {
    return this.catalog.find(id);
  }
}
