import { allGuarantees } from '@coupon/application';
import { defineSection } from '@coupon/strategies';
import type { KilledBy } from './support/killed-by.js';

/** See {@link KilledBy}. */
export const killedBy: KilledBy = { scenario: 'all', invariant: 'acrossProcesses' };

/** Right in everything, but withholds a guarantee. */
export default defineSection({
  name: 'underclaimed',
  guarantees: { ...allGuarantees, acrossProcesses: false },
  settings: () => undefined,
  section: ({ stockStore }) => ({
    enter: (_terms, work, deadline) => stockStore.inTransaction('lock-row', work, deadline),
  }),
});
