import { allGuarantees } from '@coupon/application';
import { defineSection } from '../plugin.js';

/**
 * The same transaction with FOR UPDATE on the read: the coupon's row is the lock, and the
 * database's own queue the line.
 */
export const mysqlForUpdate = defineSection({
  name: 'mysql-for-update',
  guarantees: allGuarantees,
  settings: () => undefined,
  section: ({ stockStore: books }) => ({
    enter: (_terms, work, deadline) => books.inTransaction('lock-row', work, deadline),
  }),
});
