import { allGuarantees, type Guarantees } from '@coupon/application';
import { judge, type Claim, type StockSnapshot } from '@coupon/domain';
import { insertGrants, runTransaction, type Schema } from '@coupon/mysql';
import { definePlugin, type Plugin, type Resources } from '@coupon/strategies';
import type { Transaction } from 'kysely';

/** What the claim is judged on. */
type Counts = Pick<StockSnapshot, 'taken' | 'held' | 'lastOrdinal'>;

/** Counts for one claim, under the lock of the coupon's row. */
export type CountsOf = (
  claim: Claim,
  row: { readonly quantity: number; readonly total: number },
  transaction: Transaction<Schema>,
) => Counts | Promise<Counts>;

/**
 * An engine that is right in all but what it judges on. `open` is called once in each process, and
 * its result once for each claim.
 */
export const underRowLock = (
  name: string,
  open: (resources: Resources) => CountsOf | Promise<CountsOf>,
  guarantees: Guarantees = allGuarantees,
): Plugin =>
  definePlugin({
    name,
    guarantees,
    settings: () => undefined,
    async open(resources) {
      const { mysql, clock } = resources;
      const countsOf = await open(resources);
      return {
        issue: (claim, deadline) =>
          runTransaction(
            mysql,
            async (transaction) => {
              const { couponId } = claim.terms;
              const { quantity, total_quantity: total } = await transaction
                .selectFrom('coupons')
                .select(['quantity', 'total_quantity'])
                .where('id', '=', couponId)
                .forUpdate()
                .executeTakeFirstOrThrow();
              const counts = await countsOf(claim, { quantity, total }, transaction);
              const [verdict] = judge({ ...counts, readAtMs: clock.nowMs() }, [claim]);
              if (verdict === undefined) throw new Error('the law answers every claim');
              if (verdict.kind === 'refused') return verdict;
              await insertGrants(transaction, [verdict]);
              await transaction
                .updateTable('coupons')
                .set({ quantity: quantity - 1 })
                .where('id', '=', couponId)
                .execute();
              return verdict;
            },
            deadline,
          ),
      };
    },
  });
