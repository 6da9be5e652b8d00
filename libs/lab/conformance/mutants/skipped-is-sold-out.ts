import { judge } from '@coupon/domain';
import { insertGrants, runTransaction } from '@coupon/mysql';
import { definePlugin } from '@coupon/strategies';
import { everything } from './promises.js';

/** Takes a row that others have in hand for a row that is not there. */
export default definePlugin({
  name: 'skipped-is-sold-out',
  guarantees: everything,
  settings: () => undefined,
  open: ({ mysql }) => ({
    issue: (claim, deadline) =>
      runTransaction(
        mysql,
        async (transaction) => {
          const { couponId, totalQuantity } = claim.terms;
          const row = transaction
            .selectFrom('coupons')
            .select('quantity')
            .where('id', '=', couponId)
            .forUpdate()
            .skipLocked();
          const left = (await row.executeTakeFirst())?.quantity ?? 0;
          const [verdict] = judge(
            { taken: totalQuantity - left, held: new Map(), readAtMs: mysql.clock.nowMs() },
            [claim],
          );
          if (verdict === undefined) throw new Error('the law answers every claim');
          if (verdict.kind === 'refused') return verdict;
          await insertGrants(transaction, [verdict]);
          await transaction
            .updateTable('coupons')
            .set({ quantity: left - 1 })
            .where('id', '=', couponId)
            .execute();
          return verdict;
        },
        deadline,
      ),
  }),
});
