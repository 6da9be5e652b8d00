import { inTransaction } from '@coupon/mysql';
import { guardedBy } from '@coupon/settlement';
import { definePlugin } from '../plugin.js';

/** The same transaction with FOR UPDATE on the read: the coupon's row is the lock, and the database's own queue the line. */
export const mysqlForUpdate = definePlugin({
  name: 'mysql-for-update',
  guarantees: { neverOverIssues: true, neverLosesUpdates: true, recordedOnReturn: true, acrossProcesses: true, survivesPausedHolder: true },
  settings: () => undefined,
  open: ({ mysql }) => guardedBy({ enter: (_terms, work, deadline) => inTransaction(mysql, { lockRead: true }, work, deadline) }),
});
