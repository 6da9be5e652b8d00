import type { Deadline } from '@coupon/application';
import type { Terms } from '@coupon/domain';
import type { StockTransaction } from './stock-transaction.js';

/** Mutual exclusion of the claims for one coupon. A lock plugin consists of this one method. */
export interface CriticalSection {
  /**
   * Runs `work` on the stock of `terms.couponId` and resolves with its result once its records are
   * committed. May run `work` more than once; only the records of the last run persist. Rejects
   * with NoVerdict, or with what `work` threw.
   */
  enter<T>(
    terms: Terms,
    work: (stock: StockTransaction) => Promise<T>,
    deadline: Deadline,
  ): Promise<T>;
}
