import type { Granted, Ledger, Terms, UserId } from '@coupon/domain';

/** The books, open in one database transaction. */
export interface LedgerTransaction {
  /**
   * The books of `terms.couponId`, with what each of `users` holds (only looked up where
   * `terms.perUser` asks for it).
   */
  read(terms: Terms, users: readonly UserId[]): Promise<Ledger>;
  /**
   * Writes the grants of one coupon; they last when the transaction commits. Throws StaleLedger
   * where the books changed since they were read, AlreadyRecorded for a claim id that stands there.
   */
  record(grants: readonly Granted[]): Promise<void>;
}

/**
 * The books changed between reading and writing: nothing was written, and the work may be run
 * again.
 */
export class StaleLedger extends Error {
  override readonly name = 'StaleLedger';
}
