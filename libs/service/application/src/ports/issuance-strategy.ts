import type { Claim, Verdict } from '@coupon/domain';
import type { Deadline } from './deadline.js';

/** How concurrent claims are kept apart: all that the use case sees of a strategy. */
export interface IssuanceStrategy {
  /**
   * Resolves with the law's verdict, for a grant once it is recorded. Rejects with {@link
   * NoVerdict} when nobody could judge, with {@link DuplicateClaim} when the claim was granted
   * before.
   */
  issue(claim: Claim, deadline: Deadline): Promise<Verdict>;
}
