import { allGuarantees, RequestDeadline } from '@coupon/application';
import { defineSection } from '@coupon/strategies';
import type { KilledBy } from './support/killed-by.js';

/** See {@link KilledBy}. */
export const killedBy: KilledBy = { scenario: 'slow-transaction', invariant: 'answered-in-time' };

/** Waits for the lock without limit, whatever the deadline. */
export default defineSection({
  name: 'deaf-to-deadlines',
  guarantees: allGuarantees,
  settings: () => undefined,
  section: ({ stockStore, clock }) => ({
    async enter(_terms, work) {
      using patience = new RequestDeadline(clock, 60_000);
      return await stockStore.inTransaction('lock-row', work, patience);
    },
  }),
});
