import type { RecordedGrant } from '@coupon/application';
import type { CouponId } from '@coupon/domain';
import { errnoOf, type Mysql } from '@coupon/mysql';

/** What an administrator does to a coupon by SQL, past the strategy. */
export interface Administrator {
  /** Adds to the coupon's total, and to what remains of it. */
  changeStock(coupon: CouponId, by: StockDifference): Promise<void>;
  /** Deletes the grant, and takes its part of the total away. */
  withdraw(grant: RecordedGrant): Promise<void>;
}

/** How many coupons more, or fewer. */
interface StockDifference {
  readonly total: number;
  readonly remaining: number;
}

const DEADLOCK = 1213;
/** How often a change that is the victim of a deadlock with a claim is made again. */
const ATTEMPTS_MAX = 20;

/** An administrator of this database. */
export function administratorOf(mysql: Mysql): Administrator {
  const add = (
    db: Pick<Mysql['db'], 'updateTable'>,
    coupon: CouponId,
    { total, remaining }: StockDifference,
  ): Promise<unknown> =>
    db
      .updateTable('coupons')
      .set((eb) => ({
        total_quantity: eb('total_quantity', '+', total),
        quantity: eb('quantity', '+', remaining),
      }))
      .where('id', '=', coupon)
      .execute();
  return {
    changeStock: (coupon, by) => unlessDeadlocked(() => add(mysql.db, coupon, by)),
    withdraw: ({ claimId, couponId }) =>
      mysql.db.transaction().execute(async (transaction) => {
        await add(transaction, couponId, { total: -1, remaining: 0 });
        await transaction.deleteFrom('user_coupon').where('claim_id', '=', claimId).execute();
      }),
  };
}

/** Makes a change again while the database rolls it back in favor of a claim. */
async function unlessDeadlocked(change: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await change();
      return;
    } catch (error) {
      if (errnoOf(error) !== DEADLOCK || attempt >= ATTEMPTS_MAX) throw error;
    }
  }
}
