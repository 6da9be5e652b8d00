import { randomUUID } from 'node:crypto';
import { allGuarantees, NoVerdict } from '@coupon/application';
import { claimId } from '@coupon/domain';
import { issueWithin } from '@coupon/concurrency';
import { definePlugin } from '@coupon/strategies';
import type { KilledBy } from './support/killed-by.js';

/** See {@link KilledBy}. */
export const killedBy: KilledBy = {
  scenario: 'lost-connection',
  invariant: 'replay-tells-the-first-outcome',
};

/** Issues again under a new claim id when the answer to COMMIT is lost. */
export default definePlugin({
  name: 'lost-commit-again',
  guarantees: allGuarantees,
  settings: () => undefined,
  open({ stockStore }) {
    const rows = issueWithin({
      enter: (_terms, work, deadline) => stockStore.inTransaction('lock-row', work, deadline),
    });
    return {
      async issue(claim, deadline) {
        try {
          return await rows.issue(claim, deadline);
        } catch (error) {
          if (error instanceof NoVerdict && error.kind === 'indeterminate')
            return rows.issue({ ...claim, id: claimId(randomUUID()) }, deadline);
          throw error;
        }
      },
    };
  },
});
