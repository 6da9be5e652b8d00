import type { Deadline } from '@coupon/application';
import type { Terms } from '@coupon/domain';
import type { StockTransaction } from './stock-transaction.js';

/** A discipline of mutual exclusion. A lock plugin is just this one method. */
export interface CriticalSection {
  /**
   * Runs `work` on the books of `terms.couponId` and resolves with its result once what it recorded
   * is committed. It may run `work` more than once; only the last run's records last. Rejects with
   * NoVerdict, or with what `work` threw.
   */
  enter<T>(
    terms: Terms,
    work: (ledger: StockTransaction) => Promise<T>,
    deadline: Deadline,
  ): Promise<T>;
}
