import { randomUUID } from 'node:crypto';
import { allGuarantees, DuplicateClaim } from '@coupon/application';
import { claimId } from '@coupon/domain';
import { issueWithin } from '@coupon/concurrency';
import { definePlugin } from '@coupon/strategies';
import type { KilledBy } from './support/killed-by.js';

/** See {@link KilledBy}. */
export const killedBy: KilledBy = {
  scenario: 'replay',
  invariant: 'replay-tells-the-first-outcome',
};

/** Issues again under a new claim id when the claim is recorded already. */
export default definePlugin({
  name: 'replay-issues-again',
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
          if (error instanceof DuplicateClaim)
            return rows.issue({ ...claim, id: claimId(randomUUID()) }, deadline);
          throw error;
        }
      },
    };
  },
});
