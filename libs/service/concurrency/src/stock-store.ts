import type { Deadline } from '@coupon/application';
import type { StockTransaction } from './stock-transaction.js';

/**
 * How a transaction on the books keeps others away. Nothing of it: plain reads and writes, as the
 * broken original.
 */
export interface TransactionMode {
  /**
   * Read the coupon's row FOR UPDATE, so that the next such reader waits for this transaction's
   * end.
   */
  readonly lockRead?: boolean;
  /** Write only if the coupon's version is still the one that was read, else throw StaleSnapshot. */
  readonly compareVersion?: boolean;
  /**
   * Run at SERIALIZABLE: every read locks what it read, and one of two that then write is the
   * deadlock's victim.
   */
  readonly serializable?: boolean;
  /**
   * Hold the database's lock of this name around the transaction, on its own connection: taken
   * before BEGIN, given back after COMMIT or ROLLBACK was answered. The name is the database's own
   * (two databases of one server do not meet). The wait for it ends with the deadline, and counts
   * neither as waiting for a connection nor towards `transactionMaxMs`.
   */
  readonly namedLock?: string;
  /**
   * With `lockRead` alone: two round trips instead of five. The read travels with BEGIN, and what
   * is recorded with COMMIT, so that its errors come from `inTransaction` and not from `record`.
   * With any other of the above, statements stay apart.
   */
  readonly pipelined?: boolean;
}

/** The books of all coupons: where a section's transactions come from. */
export interface StockStore {
  /** No transaction takes longer than this; a lease around one must be longer. */
  readonly transactionMaxMs: number;
  /** So many run at once; further ones stand in line for a connection. */
  readonly transactionsMax: number;
  /**
   * Runs `work` in one database transaction and resolves with its result when COMMIT was answered.
   *
   * The wait for a connection ends with the deadline (NoVerdict 'contended'); the transaction
   * itself ends with `transactionMaxMs`, never with the deadline. Rejects with NoVerdict, with
   * StaleSnapshot or DuplicateClaim, or with what `work` threw; after all of these but NoVerdict
   * 'indeterminate' nothing was recorded.
   */
  inTransaction<T>(
    discipline: TransactionMode,
    work: (ledger: StockTransaction) => Promise<T>,
    deadline: Deadline,
  ): Promise<T>;
}
