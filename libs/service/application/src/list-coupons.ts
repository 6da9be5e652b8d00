import type { CouponId } from '@coupon/domain';
import { pageOf, type Page } from './page.js';
import type { CouponCatalog, StockedCoupon } from './ports/coupon-catalog.js';

/** Lists the coupons on offer, page by page, each with its stock of this moment. */
export class ListCoupons {
  constructor(private readonly catalog: Pick<CouponCatalog, 'page'>) {}

  /**
   * Up to `limit` coupons with ids above `after` (null: from the first). Rejects with
   * NoVerdict('unavailable').
   */
  list(after: CouponId | null, limit: number): Promise<Page<StockedCoupon>> {
    return pageOf(
      limit,
      (count) => this.catalog.page(after, count),
      ({ coupon }) => coupon.facts.id,
    );
  }
}
