import type { CouponId } from '@coupon/domain';
import type { MonotonicClock } from './ports/clock.js';
import type { CouponCatalog, StockedCoupon } from './ports/coupon-catalog.js';

/**
 * Remembers coupons for admission, so that a claim costs no catalogue query. A change to a coupon
 * (pausing it, say) takes effect within `staleMs`. Holds `entriesMax` coupons at most, the longest
 * known leaves first; concurrent first questions share one query; failures and absent coupons are
 * not remembered. The `quantity` in it is as old as the entry.
 */
export function cachedCatalog(
  catalog: Pick<CouponCatalog, 'find'>,
  clock: MonotonicClock,
  { staleMs, entriesMax }: { readonly staleMs: number; readonly entriesMax: number },
): Pick<CouponCatalog, 'find'> {
  const known = new Map<
    CouponId,
    { readonly answer: Promise<StockedCoupon | null>; readonly untilMs: number }
  >();
  return {
    find(id) {
      const nowMs = clock.monotonicMs();
      const entry = known.get(id);
      if (entry !== undefined && nowMs < entry.untilMs) return entry.answer;
      known.delete(id);
      const answer = catalog.find(id);
      known.set(id, { answer, untilMs: nowMs + staleMs });
      const forget = () => {
        if (known.get(id)?.answer === answer) known.delete(id);
      };
      answer.then((found) => found ?? forget(), forget);
      if (known.size > entriesMax) known.delete(known.keys().next().value ?? id);
      return answer;
    },
  };
}
