import type { Deadline, IssuanceStrategy } from '@coupon/application';
import { judge, type Claim, type Terms, type Verdict } from '@coupon/domain';
import type { CriticalSection } from './critical-section.js';

/** A strategy that can issue many claims of one coupon at once. */
export interface BatchStrategy {
  /**
   * Resolves with the verdicts in the order of `claims`, all for `terms.couponId`, once the grants
   * are recorded. Rejects as `issue` does, for all of them.
   */
  issueAll(terms: Terms, claims: readonly Claim[], deadline: Deadline): Promise<readonly Verdict[]>;
}

/**
 * Issues within `section`: reads the stock, judges, records the grants. This is all of issuing,
 * written once for every lock.
 */
export function issueWithin(section: CriticalSection): IssuanceStrategy & BatchStrategy {
  const issueAll: BatchStrategy['issueAll'] = (terms, claims, deadline) =>
    section.enter(
      terms,
      async (stock) => {
        const snapshot = await stock.read(
          terms,
          claims.map((claim) => claim.user),
        );
        const verdicts = judge(snapshot, claims);
        const grants = verdicts.filter((verdict) => verdict.kind === 'granted');
        if (grants.length > 0) await stock.record(grants);
        return verdicts;
      },
      deadline,
    );
  return {
    issueAll,
    async issue(claim, deadline) {
      const [verdict] = await issueAll(claim.terms, [claim], deadline);
      // unreachable: judge maps claims one to one
      if (verdict === undefined) throw new Error('judge returned no verdict');
      return verdict;
    },
  };
}
