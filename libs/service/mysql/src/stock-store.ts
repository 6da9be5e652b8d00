import type { Granted, StockSnapshot, Terms, UserId } from '@coupon/domain';
import {
  assertTransactionMode,
  StaleSnapshot,
  type StockStore,
  type TransactionMode,
  type StockTransaction,
} from '@coupon/concurrency';
import { sql, type Transaction } from 'kysely';
import { holdingsOf, insertGrants } from './grant-rows.js';
import { inPipelinedTransaction } from './pipelined-stock.js';
import { IDLE_TRANSACTION_MAX_MS, type Mysql } from './mysql.js';
import type { Schema } from './schema.js';
import { takenOf } from './taken-of.js';
import { runTransaction } from './transaction.js';

/** The stock of all coupons in the database. */
export function mysqlStockStore(mysql: Mysql): StockStore {
  const store: StockStore = {
    transactionMaxMs: mysql.settings.transactionMaxMs,
    idleTransactionMaxMs: IDLE_TRANSACTION_MAX_MS,
    transactionsMax: mysql.transactions.concurrencyMax,
    async inTransaction(mode, work, deadline) {
      assertTransactionMode(mode);
      return await runTransaction(
        mysql,
        (transaction) =>
          work(new MysqlStockTransaction(transaction, mode, () => mysql.clock.nowMs())),
        deadline,
        mode,
      );
    },
  };
  // What must be known before COMMIT, or said before BEGIN, cannot travel with them.
  const pipelined: StockStore = {
    ...store,
    inTransaction: (mode, work, deadline) =>
      mode === 'lock-row'
        ? inPipelinedTransaction(mysql, work, deadline)
        : store.inTransaction(mode, work, deadline),
  };
  return { ...store, pipelined };
}

class MysqlStockTransaction implements StockTransaction {
  private row:
    | { readonly quantity: number; readonly total_quantity: number; readonly version: number }
    | undefined;

  constructor(
    private readonly transaction: Transaction<Schema>,
    private readonly mode: TransactionMode,
    private readonly nowMs: () => number,
  ) {}

  async read(terms: Terms, users: readonly UserId[]): Promise<StockSnapshot> {
    const coupon = this.transaction
      .selectFrom('coupons')
      .select(['quantity', 'total_quantity', 'version'])
      .where('id', '=', terms.couponId);
    this.row = await (
      this.mode === 'lock-row' ? coupon.forUpdate() : coupon
    ).executeTakeFirstOrThrow();
    const held = await holdingsOf(this.transaction, terms, users);
    return { taken: takenOf(terms, this.row), held, readAtMs: this.nowMs() };
  }

  /**
   * INSERT first, then `quantity` computed from the value that was read: this is the order in which
   * Hibernate flushes, and it causes the original's deadlocks and lost updates when nothing keeps
   * two of these transactions apart. Mode `plain` keeps it so; `subtract` and `compare-version`
   * also respect what an administrator changed by SQL in between, who does not count versions up.
   */
  async record(grants: readonly Granted[]): Promise<void> {
    const [first] = grants;
    if (first === undefined || this.row === undefined)
      throw new Error('record() needs grants that were judged on the stock read here');
    const { couponId } = first.claim.terms;
    await insertGrants(this.transaction, grants);
    const { quantity, version } = this.row;
    const write = this.transaction
      .updateTable('coupons')
      .set({
        quantity:
          this.mode === 'subtract'
            ? sql<number>`GREATEST(quantity,${grants.length}) - ${grants.length}`
            : quantity - grants.length,
        version: this.mode === 'subtract' ? sql<number>`version + 1` : version + 1,
      })
      .where('id', '=', couponId);
    const { numUpdatedRows } = await (
      this.mode === 'compare-version'
        ? write.where('version', '=', version).where('quantity', '=', quantity)
        : write
    ).executeTakeFirst();
    if (numUpdatedRows === 0n)
      throw new StaleSnapshot(`coupon ${couponId} changed after version ${version} was read`);
  }
}
