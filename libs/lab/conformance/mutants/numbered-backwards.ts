import { holdingsOf } from '@coupon/mysql';
import type { KilledBy } from './support/killed-by.js';
import { underRowLock } from './support/under-row-lock.js';

/** See {@link KilledBy}. */
export const killedBy: KilledBy = { scenario: 'order', invariant: 'numbered-in-order' };

/** Numbers coupons by what is left instead of by what is taken: N, N-1, ... 1. */
export default underRowLock(
  'numbered-backwards',
  () =>
    async ({ terms, user }, { quantity, total }, transaction) => ({
      taken: quantity === 0 ? total : quantity - 1,
      held: await holdingsOf(transaction, terms, [user]),
    }),
);
