import { holdingsOf } from '@coupon/mysql';
import type { KilledBy } from './support/killed-by.js';
import { underRowLock } from './support/under-row-lock.js';

/** See {@link KilledBy}. */
export const killedBy: KilledBy = { scenario: 'unsound-stock', invariant: 'no-coupon-too-many' };

/** Numbers coupons after the highest number, and issues what the row says is left, come what may. */
export default underRowLock(
  'believes-the-row',
  () =>
    async ({ terms, user }, { quantity, total }, transaction) => {
      const highest = await transaction
        .selectFrom('user_coupon')
        .select(({ fn }) => fn.max('ordinal').as('ordinal'))
        .where('coupon_id', '=', terms.couponId)
        .executeTakeFirst();
      return {
        taken: total - quantity,
        lastOrdinal: highest?.ordinal ?? 0,
        held: await holdingsOf(transaction, terms, [user]),
      };
    },
);
