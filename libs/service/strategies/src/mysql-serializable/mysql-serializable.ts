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
 * The plain transaction at SERIALIZABLE: the database finds every conflict, as a deadlock, and its
 * victim begins again.
 */
export const mysqlSerializable = defineSection({
  name: 'mysql-serializable',
  summary: { en: 'SERIALIZABLE, deadlocks are retried', ko: 'SERIALIZABLE, 데드락이면 다시 시도' },
  guarantees: allGuarantees,
  settings: serializableSettings,
  section: serializable,
});

/**
 * Every reader shares the row, so of any two that go on to write one is a victim: without a bound
 * on them little is ever sold.
 */
function serializable(
  { stockStore: books, clock }: Resources,
  settings: SerializableSettings,
): CriticalSection {
  const { concurrencyMax: concurrencyMax, queueMax } = settings;
  const once: CriticalSection = {
    enter: (_terms, work, deadline) => books.inTransaction('serializable', work, deadline),
  };
  return withConcurrencyLimit(
    'mysql-serializable',
    { concurrencyMax: concurrencyMax, queueMax },
    withRetry(once, settings, clock),
  );
}
