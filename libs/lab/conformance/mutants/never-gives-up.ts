import { allGuarantees } from '@coupon/application';
import { StaleSnapshot } from '@coupon/concurrency';
import { defineSection } from '@coupon/strategies';
import type { KilledBy } from './support/killed-by.js';

/** See {@link KilledBy}. */
export const killedBy: KilledBy = { scenario: 'changed-midway', invariant: 'answered-in-time' };

/** Tries again after every conflict, and never looks at the clock. */
export default defineSection({
  name: 'never-gives-up',
  guarantees: allGuarantees,
  settings: () => undefined,
  section: ({ stockStore }) => ({
    async enter(_terms, work, deadline) {
      for (;;) {
        try {
          return await stockStore.inTransaction('compare-version', work, deadline);
        } catch (error) {
          if (!(error instanceof StaleSnapshot)) throw error;
        }
      }
    },
  }),
});
