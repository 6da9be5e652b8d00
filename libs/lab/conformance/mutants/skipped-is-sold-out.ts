import { allGuarantees } from '@coupon/application';
import { judge } from '@coupon/domain';
import { insertGrants, runTransaction } from '@coupon/mysql';
import { definePlugin } from '@coupon/strategies';
import type { KilledBy } from './support/killed-by.js';

/** See {@link KilledBy}. */
export const killedBy: KilledBy = { scenario: 'enough', invariant: 'sold-out-is-true' };

/** Takes a row that another transaction has locked for a missing row. */
export default definePlugin({
  name: 'skipped-is-sold-out',
  guarantees: allGuarantees,
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
