import { allGuarantees } from '@coupon/application';
import { withConcurrencyLimit, type CriticalSection } from '@coupon/concurrency';
import { defineSection, type Resources } from '../plugin.js';
import { namedLockSettings, type NamedLockSettings } from './settings.js';

/**
 * GET_LOCK on the transaction's own connection, released after COMMIT: the database's lock, without
 * a row to lock.
 */
export const mysqlNamedLock = defineSection({
  name: 'mysql-named-lock',
  guarantees: allGuarantees,
  settings: namedLockSettings,
  section: namedLock,
});

/**
 * Who waits in GET_LOCK keeps a connection, so few of a coupon may: one that works, and one that
 * the lock passes to without delay.
 */
function namedLock(
  { stockStore: books }: Resources,
  { connectionsMax, queueMax }: NamedLockSettings,
): CriticalSection {
  return withConcurrencyLimit(
    'mysql-named-lock',
    { concurrencyMax: connectionsMax, queueMax },
    {
      enter: (terms, work, deadline) =>
        books.inTransaction({ namedLock: `coupon:${terms.couponId}` }, work, deadline),
    },
  );
}
