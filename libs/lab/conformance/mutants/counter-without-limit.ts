import { allGuarantees } from '@coupon/application';
import { runTransaction, insertGrants } from '@coupon/mysql';
import { crossCheck } from '@coupon/concurrency';
import { definePlugin } from '@coupon/strategies';
import type { KilledBy } from './support/killed-by.js';

/** See {@link KilledBy}. */
export const killedBy: KilledBy = { scenario: 'limit', invariant: 'per-user-limit' };

/** Counts coupons, but not what one user holds. */
export default definePlugin({
  name: 'counter-without-limit',
  guarantees: allGuarantees,
  settings: () => undefined,
  open: ({ mysql }) => ({
    issue: (claim, deadline) =>
      runTransaction(
        mysql,
        async (transaction) => {
          const { couponId, totalQuantity } = claim.terms;
          const take = transaction
            .updateTable('coupons')
            .set((eb) => ({ quantity: eb('quantity', '-', 1) }))
            .where('id', '=', couponId);
          const took =
            (await take.where('quantity', '>', 0).executeTakeFirst()).numUpdatedRows === 1n;
          const { quantity } = await transaction
            .selectFrom('coupons')
            .select('quantity')
            .where('id', '=', couponId)
            .executeTakeFirstOrThrow();
          const verdict = crossCheck(
            claim,
            {
              taken: totalQuantity - quantity - (took ? 1 : 0),
              held: new Map(),
              readAtMs: mysql.clock.nowMs(),
            },
            took,
          );
          if (verdict.kind === 'granted') await insertGrants(transaction, [verdict]);
          return verdict;
        },
        deadline,
      ),
  }),
});
