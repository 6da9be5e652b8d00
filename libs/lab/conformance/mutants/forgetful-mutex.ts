import { allGuarantees } from '@coupon/application';
import { withConcurrencyLimit } from '@coupon/concurrency';
import { defineSection } from '@coupon/strategies';
import type { KilledBy } from './support/killed-by.js';

/** See {@link KilledBy}. */
export const killedBy: KilledBy = {
  scenario: 'late-commit-alone',
  invariant: 'numbered-once-each',
};

/** A lock within the process that forgets a COMMIT which was given up and may still arrive. */
export default defineSection({
  name: 'forgetful-mutex',
  guarantees: { ...allGuarantees, acrossProcesses: false, survivesPausedHolder: false },
  settings: () => undefined,
  section: ({ stockStore }) =>
    withConcurrencyLimit(
      'mutex',
      { concurrencyMax: 1, queueMax: 1_000 },
      { enter: (_terms, work, deadline) => stockStore.inTransaction('plain', work, deadline) },
    ),
});
