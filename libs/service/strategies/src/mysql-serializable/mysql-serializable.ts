import { allGuarantees, defineSettings } from '@coupon/application';
import { withConcurrencyLimit, withRetry, type CriticalSection } from '@coupon/concurrency';
import { defineSection, type Resources } from '../plugin.js';
import { concurrencyMax, queueMax, retryLimits } from '../setting-presets.js';

const serializableSettings = defineSettings({
  concurrencyMax: concurrencyMax('MYSQL_SERIALIZABLE'),
  ...retryLimits('MYSQL_SERIALIZABLE'),
  queueMax: queueMax('MYSQL_SERIALIZABLE'),
});

type SerializableSettings = ReturnType<typeof serializableSettings>;

/**
 * The plain transaction at SERIALIZABLE: the database detects every conflict as a deadlock, and its
 * victim starts again.
 */
export const mysqlSerializable = defineSection({
  name: 'mysql-serializable',
  summary: { en: 'SERIALIZABLE, deadlocks are retried', ko: 'SERIALIZABLE, 데드락이면 다시 시도' },
  guarantees: allGuarantees,
  settings: serializableSettings,
  section: serializable,
});

/**
 * Every read takes a shared lock on the row, so of any two that go on to write one is a victim:
 * without a bound on their number hardly any claim is granted.
 */
function serializable(
  { stockStore, clock }: Resources,
  settings: SerializableSettings,
): CriticalSection {
  const { concurrencyMax, queueMax } = settings;
  const once: CriticalSection = {
    enter: (_terms, work, deadline) => stockStore.inTransaction('serializable', work, deadline),
  };
  return withConcurrencyLimit(
    'mysql-serializable',
    { concurrencyMax, queueMax },
    withRetry(once, settings, clock),
  );
}
