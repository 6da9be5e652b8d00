import type { Granted, StockSnapshot, Terms, UserId } from '@coupon/domain';

/** The stock of coupons within one database transaction. */
export interface StockTransaction {
  /**
   * Reads the stock of `terms.couponId` and how many each of `users` holds (only if there is a
   * `terms.perUserLimit`).
   */
  read(terms: Terms, users: readonly UserId[]): Promise<StockSnapshot>;
  /**
   * Writes the grants of one coupon, judged on the stock that `read` returned; they persist when
   * the transaction commits. Rejects with StaleSnapshot if the stock changed since it was read,
   * with DuplicateClaim for a claim id that is recorded already.
   */
  record(grants: readonly Granted[]): Promise<void>;
}

/**
 * The stock changed between reading and writing: nothing was written, and the work may run again.
 */
export class StaleSnapshot extends Error {
  override readonly name = 'StaleSnapshot';
}
