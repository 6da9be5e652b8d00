import type { Deadline } from '@coupon/application';
import type { StockTransaction } from './stock-transaction.js';
import type { TransactionMode } from './transaction-mode.js';

/** The stock of all coupons: where the transactions of a critical section come from. */
export interface StockStore {
  /** No transaction takes longer than this; a lease around one must be longer. */
  readonly transactionMaxMs: number;
  /**
   * After this time without a statement the database ends a transaction, where it can (MySQL
   * cannot): a COMMIT that arrives later commits nothing. Absent where the store knows no such
   * limit.
   */
  readonly idleTransactionMaxMs?: number;
  /** Transactions that run at once; further ones wait for a connection, in the order of arrival. */
  readonly transactionsMax: number;
  /**
   * The same stock in two round trips instead of five, for transactions that allow it: in mode
   * `lock-row` the read travels with BEGIN and the writes with COMMIT, so that errors of a write
   * come from `inTransaction` and not from `record`. In other modes it is as the store itself.
   * Absent where the store has no such way.
   */
  readonly pipelined?: StockStore;
  /**
   * Runs `work` in one database transaction and resolves with its result when COMMIT is answered.
   *
   * The wait for a connection ends with the deadline (NoVerdict 'contended'); the transaction
   * itself ends with `transactionMaxMs`, or a little after the deadline (TRANSACTION_GRACE_MS).
   * Rejects with NoVerdict, with StaleSnapshot or DuplicateClaim, with TypeError for an unknown
   * mode, or with what `work` threw; after all of these but NoVerdict 'indeterminate' nothing was
   * recorded.
   */
  inTransaction<T>(
    mode: TransactionMode,
    work: (stock: StockTransaction) => Promise<T>,
    deadline: Deadline,
  ): Promise<T>;
}
