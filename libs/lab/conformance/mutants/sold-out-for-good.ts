import type { CouponId } from '@coupon/domain';
import { holdingsOf } from '@coupon/mysql';
import type { KilledBy } from './support/killed-by.js';
import { underRowLock } from './support/under-row-lock.js';

/** See {@link KilledBy}. */
export const killedBy: KilledBy = { scenario: 'changed-total', invariant: 'sold-out-is-true' };

/** Remembers that a coupon was sold out, also when its total is raised. */
export default underRowLock('sold-out-for-good', () => {
  const gone = new Set<CouponId>();
  return async ({ terms, user }, { quantity, total }, transaction) => {
    if (quantity === 0) gone.add(terms.couponId);
    return {
      taken: gone.has(terms.couponId) ? total : total - quantity,
      held: await holdingsOf(transaction, terms, [user]),
    };
  };
});
