import { judge, type Verdict } from '@coupon/domain';
import { insertGrants, runTransaction } from '@coupon/mysql';
import { definePlugin } from '@coupon/strategies';
import { everything } from './promises.js';

/** Answers as soon as the statements are through, and lets COMMIT follow. */
export default definePlugin({
  name: 'answer-before-commit',
  guarantees: everything,
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
