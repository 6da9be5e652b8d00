import type { Deadline, IssuanceStrategy } from '@coupon/application';
import { judge, type Claim, type Terms, type Verdict } from '@coupon/domain';
import type { CriticalSection } from './critical-section.js';

/** A strategy that can settle many claims of one coupon at once. */
export interface BatchStrategy {
  /**
   * Verdicts in the claims' order, grants recorded. All claims are for `terms.couponId`. Rejects as
   * `issue` does, for all of them.
   */
  issueAll(terms: Terms, claims: readonly Claim[], deadline: Deadline): Promise<readonly Verdict[]>;
}

/**
 * Inside the section: read the books, judge, record what was granted. The whole of issuing, written
 * once for every lock.
 */
export function issueWithin(section: CriticalSection): IssuanceStrategy & BatchStrategy {
  const issueAll: BatchStrategy['issueAll'] = (terms, claims, deadline) =>
    section.enter(
      terms,
      async (ledger) => {
        const books = await ledger.read(
          terms,
          claims.map((claim) => claim.user),
        );
        const verdicts = judge(books, claims);
        const grants = verdicts.filter((verdict) => verdict.kind === 'granted');
        if (grants.length > 0) await ledger.record(grants);
        return verdicts;
      },
      deadline,
    );
  return {
    issueAll,
    async issue(claim, deadline) {
      const [verdict] = await issueAll(claim.terms, [claim], deadline);
      // unreachable: judge maps claims one to one
      if (verdict === undefined) throw new Error('the law answers every claim');
      return verdict;
    },
  };
}
