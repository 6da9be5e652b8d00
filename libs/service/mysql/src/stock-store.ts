import type { Granted, StockSnapshot, Terms, UserId } from '@coupon/domain';
import {
  assertTransactionMode,
  comparesVersion,
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
import { countGrants, raisedTo, soundStock, type StockRow } from './stock-row.js';
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
  private row: (StockRow & { readonly version: number }) | undefined;

  constructor(
    private readonly transaction: Transaction<Schema>,
    private readonly mode: TransactionMode,
    private readonly nowMs: () => number,
  ) {}

  async read(terms: Terms, users: readonly UserId[]): Promise<StockSnapshot> {
    const { transaction } = this;
    const coupon = transaction
      .selectFrom('coupons')
      .select(['quantity', 'total_quantity', 'version', 'last_ordinal'])
      .where('id', '=', terms.couponId);
    this.row = await (
      this.mode === 'lock-row' ? coupon.forUpdate() : coupon
    ).executeTakeFirstOrThrow();
    // The broken original knows of no last ordinal, and neither reads nor writes it.
    const row = this.mode === 'plain' ? { ...this.row, last_ordinal: 0 } : this.row;
    const stock = await soundStock(terms, row, () => countGrants(transaction, terms));
    const held = await holdingsOf(transaction, terms, users);
    return { ...stock, held, readAtMs: this.nowMs() };
  }

  /**
   * INSERT first, then the coupon's row: this is the order in which Hibernate flushes, and it
   * causes the original's deadlocks and lost updates when nothing keeps two of these transactions
   * apart.
   */
  async record(grants: readonly Granted[]): Promise<void> {
    const [first] = grants;
    const last = grants.at(-1);
    if (first === undefined || last === undefined || this.row === undefined)
      throw new Error('record() needs grants that were judged on the stock read here');
    const { couponId } = first.claim.terms;
    await insertGrants(this.transaction, grants);
    const { quantity, version } = this.row;
    const write = this.transaction
      .updateTable('coupons')
      .set(
        this.mode === 'subtract'
          ? difference(grants.length)
          : { quantity: quantity - grants.length, version: version + 1 },
      )
      .$if(this.mode !== 'plain', (update) => update.set({ last_ordinal: raisedTo(last.ordinal) }))
      .where('id', '=', couponId);
    const { numUpdatedRows } = await (
      comparesVersion(this.mode)
        ? write.where('version', '=', version).where('quantity', '=', quantity)
        : write
    ).executeTakeFirst();
    if (numUpdatedRows === 0n)
      throw new StaleSnapshot(`coupon ${couponId} changed after version ${version} was read`);
  }
}

/** What is left after `count` grants, whatever an administrator made of it since the read. */
const difference = (count: number) => ({
  quantity: sql<number>`GREATEST(quantity,${count}) - ${count}`,
  version: sql<number>`version + 1`,
});
