import { allGuarantees } from '@coupon/application';
import { withConcurrencyLimit, withRetry, type CriticalSection } from '@coupon/concurrency';
import { defineSection, type Resources } from '../plugin.js';
import { optimisticSettings, type OptimisticSettings } from './settings.js';

/**
 * No lock at all: the write compares the version that was read, and who comes too late reads and
 * writes again.
 */
export const mysqlOptimistic = defineSection({
  name: 'mysql-optimistic',
  guarantees: allGuarantees,
  settings: optimisticSettings,
  section: optimistic,
});

/**
 * A conflict shows as a version that moved on, or, where both INSERTs had come first, as the
 * foreign key's deadlock.
 */
function optimistic(
  { stockStore: books, clock }: Resources,
  settings: OptimisticSettings,
): CriticalSection {
  const { concurrencyMax: concurrencyMax, queueMax } = settings;
  const once: CriticalSection = {
    enter: (_terms, work, deadline) => books.inTransaction('compare-version', work, deadline),
  };
  return withConcurrencyLimit(
    'mysql-optimistic',
    { concurrencyMax: concurrencyMax, queueMax },
    withRetry(once, settings, clock),
  );
}
