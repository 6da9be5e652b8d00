import { inTransaction } from '@coupon/mysql';
import { guardedBy } from '@coupon/settlement';
import { definePlugin } from '../plugin.js';

/**
 * The broken original: a plain transaction and nothing else. Two claims that read the same `quantity` either deadlock over
 * the coupon's row (errno 1213: both inserted under its foreign key, both want to update it) or lose an update.
 */
export const noLock = definePlugin({
  name: 'no-lock',
  guarantees: { neverOverIssues: false, neverLosesUpdates: false, recordedOnReturn: true, acrossProcesses: false, survivesPausedHolder: false },
  settings: () => undefined,
  open: ({ mysql }) => guardedBy({ enter: (_terms, work, deadline) => inTransaction(mysql, {}, work, deadline) }),
});
