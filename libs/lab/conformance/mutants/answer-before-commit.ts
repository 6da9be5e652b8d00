import { allGuarantees } from '@coupon/application';
import { judge, type Verdict } from '@coupon/domain';
import { insertGrants, runTransaction } from '@coupon/mysql';
import { definePlugin } from '@coupon/strategies';
import type { KilledBy } from './support/killed-by.js';

/** See {@link KilledBy}. */
export const killedBy: KilledBy = { scenario: 'rush', invariant: 'recorded-on-return' };

/** Answers once its statements are done, before COMMIT. */
export default definePlugin({
  name: 'answer-before-commit',
  guarantees: allGuarantees,
  settings: () => undefined,
  open: ({ mysql }) => ({
    issue: (claim, deadline) =>
      new Promise<Verdict>((answer, refuse) => {
        const { couponId, totalQuantity } = claim.terms;
        runTransaction(
          mysql,
          async (transaction) => {
            const { quantity } = await transaction
              .selectFrom('coupons')
              .select('quantity')
              .where('id', '=', couponId)
              .forUpdate()
              .executeTakeFirstOrThrow();
            const [verdict] = judge(
              { taken: totalQuantity - quantity, held: new Map(), readAtMs: mysql.clock.nowMs() },
              [claim],
            );
            if (verdict?.kind === 'granted') {
              await insertGrants(transaction, [verdict]);
              await transaction
                .updateTable('coupons')
                .set({ quantity: quantity - 1 })
                .where('id', '=', couponId)
                .execute();
            }
            if (verdict !== undefined) answer(verdict);
          },
          deadline,
        ).catch(refuse);
      }),
  }),
});
