import { allGuarantees } from '@coupon/application';
import { defineSection } from '../plugin.js';

/**
 * The same transaction with FOR UPDATE on the read: the coupon's row is the lock, and claims wait
 * in the database's own queue.
 */
export const mysqlForUpdate = defineSection({
  name: 'mysql-for-update',
  summary: { en: "the coupon's row, locked by its reader", ko: '읽는 쪽이 잠그는 쿠폰의 행' },
  guarantees: allGuarantees,
  settings: () => undefined,
  section: ({ stockStore }) => ({
    enter: (_terms, work, deadline) => stockStore.inTransaction('lock-row', work, deadline),
  }),
});
