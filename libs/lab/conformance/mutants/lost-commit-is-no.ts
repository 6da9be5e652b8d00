import { allGuarantees, NoVerdict } from '@coupon/application';
import { defineSection } from '@coupon/strategies';
import type { KilledBy } from './support/killed-by.js';

/** See {@link KilledBy}. */
export const killedBy: KilledBy = { scenario: 'lost-connection', invariant: 'answers-match-rows' };

/** Answers that nothing was issued when the answer to COMMIT is lost. */
export default defineSection({
  name: 'lost-commit-is-no',
  guarantees: allGuarantees,
  settings: () => undefined,
  section: ({ stockStore }) => ({
    async enter(_terms, work, deadline) {
      try {
        return await stockStore.inTransaction('lock-row', work, deadline);
      } catch (error) {
        throw error instanceof NoVerdict && error.kind === 'indeterminate'
          ? new NoVerdict('unavailable', 'try again')
          : error;
      }
    },
  }),
});
