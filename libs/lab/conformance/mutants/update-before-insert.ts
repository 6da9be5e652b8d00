import { insertGrants, runTransaction } from '@coupon/mysql';
import { judge } from '@coupon/domain';
import { definePlugin } from '@coupon/strategies';
import { everything } from './promises.js';

/**
 * Writes the quantity first: there are no deadlocks any more, and so it looks repaired; every
 * second update is lost.
 */
export default definePlugin({
  name: 'update-before-insert',
  guarantees: everything,
  settings: () => undefined,
  open: ({ mysql }) => ({
    issue: (claim, deadline) =>
      runTransaction(
        mysql,
        async (transaction) => {
          const { couponId } = claim.terms;
          const { quantity, total_quantity: total } = await transaction
            .selectFrom('coupons')
            .selectAll()
            .where('id', '=', couponId)
            .executeTakeFirstOrThrow();
          const [verdict] = judge(
            { taken: total - quantity, held: new Map(), readAtMs: Date.now() },
            [claim],
          );
          if (verdict === undefined) throw new Error('the law answers every claim');
          if (verdict.kind === 'refused') return verdict;
          await transaction
            .updateTable('coupons')
            .set({ quantity: quantity - 1 })
            .where('id', '=', couponId)
            .execute();
          await insertGrants(transaction, [verdict]);
          return verdict;
        },
        deadline,
      ),
  }),
});
