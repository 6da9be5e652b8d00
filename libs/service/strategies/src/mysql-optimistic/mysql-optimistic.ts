import { allGuarantees, defineSettings } from '@coupon/application';
import { withConcurrencyLimit, withRetry, type CriticalSection } from '@coupon/concurrency';
import { defineSection, type Resources } from '../plugin.js';
import { concurrencyMax, queueMax, retryLimits } from '../setting-presets.js';

const optimisticSettings = defineSettings({
  concurrencyMax: concurrencyMax('MYSQL_OPTIMISTIC'),
  ...retryLimits('MYSQL_OPTIMISTIC'),
  queueMax: queueMax('MYSQL_OPTIMISTIC'),
});

type OptimisticSettings = ReturnType<typeof optimisticSettings>;

/**
 * No lock at all: the write compares the version that was read, and a claim that comes too late
 * starts again.
 */
export const mysqlOptimistic = defineSection({
  name: 'mysql-optimistic',
  summary: {
    en: 'no lock: the write compares a version, and is retried',
    ko: '잠그지 않음: 쓸 때 버전을 비교하고 다시 시도',
  },
  guarantees: allGuarantees,
  settings: optimisticSettings,
  section: optimistic,
});

/**
 * A conflict shows as a newer version or, where both INSERTs came first, as a deadlock of the
 * foreign key.
 */
function optimistic(
  { stockStore, clock }: Resources,
  settings: OptimisticSettings,
): CriticalSection {
  const { concurrencyMax, queueMax } = settings;
  const once: CriticalSection = {
    enter: (_terms, work, deadline) => stockStore.inTransaction('compare-version', work, deadline),
  };
  return withConcurrencyLimit(
    'mysql-optimistic',
    { concurrencyMax, queueMax },
    withRetry(once, settings, clock),
  );
}
