import { allGuarantees } from '@coupon/application';
import { insertGrants, runTransaction } from '@coupon/mysql';
import { judge } from '@coupon/domain';
import { definePlugin } from '@coupon/strategies';
import type { KilledBy } from './support/killed-by.js';

/** See {@link KilledBy}. */
export const killedBy: KilledBy = { scenario: 'rush', invariant: 'no-lost-update' };

/**
 * Writes the quantity first: there are no deadlocks any more, and so it looks repaired; every
 * second update is lost.
 */
export default definePlugin({
  name: 'update-before-insert',
  guarantees: allGuarantees,
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
            { taken: total - quantity, held: new Map(), readAtMs: mysql.clock.nowMs() },
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
