import { NoVerdict, type Deadline } from '@coupon/application';
import type { Granted, Terms, UserId } from '@coupon/domain';
import type { StockTransaction } from '@coupon/concurrency';
import { sql } from 'kysely';
import {
  asDuplicateClaim,
  heldIn,
  holdingsQuery,
  insertionOf,
  type Holding,
} from './grant-rows.js';
import { runPipelined, type PipelinedTransaction } from './pipelined.js';
import type { Mysql } from './mysql.js';
import { grantCountQuery, raisedTo, soundStock, type StockRow } from './stock-row.js';

/**
 * One transaction on the stock in two round trips, under the lock of the coupon's row. Otherwise as
 * `StockStore.inTransaction`.
 */
export async function inPipelinedTransaction<T>(
  mysql: Mysql,
  work: (stock: StockTransaction) => Promise<T>,
  deadline: Deadline,
): Promise<T> {
  const recorded: Granted[] = [];
  const nowMs = () => mysql.clock.nowMs();
  try {
    return await runPipelined(
      mysql,
      (transaction) => work(pipelinedStockTransaction(transaction, recorded, nowMs)),
      deadline,
    );
  } catch (error) {
    throw asDuplicateClaim(recorded, error);
  }
}

/** A row of either read; each has its own columns. */
interface Row extends Holding, StockRow {
  readonly version: number;
}

function pipelinedStockTransaction(
  transaction: PipelinedTransaction,
  recorded: Granted[],
  nowMs: () => number,
): StockTransaction {
  let row: Row | undefined;
  return {
    async read(terms, users) {
      const [coupons = [], holdings = []] = await transaction.begin<Row>(readsOf(terms, users));
      [row] = coupons;
      if (row === undefined)
        throw new NoVerdict('inconsistent', `coupon ${terms.couponId} has no row`);
      const stock = await soundStock(terms, row, async () => {
        const [granted] = await transaction.query(grantCountQuery(terms));
        return granted?.count ?? 0;
      });
      return { ...stock, held: heldIn(holdings), readAtMs: nowMs() };
    },
    record(grants) {
      const [first] = grants;
      const last = grants.at(-1);
      if (first === undefined || last === undefined || row === undefined)
        return Promise.reject(
          new Error('record() needs grants that were judged on the stock read here'),
        );
      recorded.push(...grants);
      const { quantity, version } = row;
      const write = sql`UPDATE coupons SET quantity = ${quantity - grants.length},
        version = ${version + 1}, last_ordinal = ${raisedTo(last.ordinal)}
        WHERE id = ${first.claim.terms.couponId}`;
      transaction.atCommit(insertionOf(first, grants), write);
      return Promise.resolve();
    },
  };
}

const readsOf = (terms: Terms, users: readonly UserId[]) => {
  const coupon = sql`SELECT quantity, total_quantity, version, last_ordinal FROM coupons
    WHERE id = ${terms.couponId} FOR UPDATE`;
  return terms.perUserLimit === null ? [coupon] : [coupon, holdingsQuery(terms, users)];
};
