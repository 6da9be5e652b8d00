import type { Granted, StockSnapshot, Terms, UserId } from '@coupon/domain';

/** The books, open in one database transaction. */
export interface StockTransaction {
  /**
   * The books of `terms.couponId`, with what each of `users` holds (only looked up where
   * `terms.perUserLimit` asks for it).
   */
  read(terms: Terms, users: readonly UserId[]): Promise<StockSnapshot>;
  /**
   * Writes the grants of one coupon; they last when the transaction commits. Throws StaleSnapshot
   * where the books changed since they were read, DuplicateClaim for a claim id that stands there.
   */
  record(grants: readonly Granted[]): Promise<void>;
}

/**
 * The books changed between reading and writing: nothing was written, and the work may be run
 * again.
 */
export class StaleSnapshot extends Error {
  override readonly name = 'StaleSnapshot';
}
