import { allGuarantees } from '@coupon/application';
import { withRetry } from '@coupon/concurrency';
import { defineSection } from '@coupon/strategies';
import type { KilledBy } from './support/killed-by.js';

/** See {@link KilledBy}. */
export const killedBy: KilledBy = { scenario: 'rush', invariant: 'no-lost-update' };

/** Retries after conflicts, but never looks for one. */
export default defineSection({
  name: 'optimistic-without-version',
  guarantees: allGuarantees,
  settings: () => undefined,
  section: ({ stockStore, clock }) =>
    withRetry(
      { enter: (_terms, work, deadline) => stockStore.inTransaction('plain', work, deadline) },
      { attemptsMax: 200, pauseMaxMs: 20 },
      clock,
    ),
});
