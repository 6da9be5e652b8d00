import { allGuarantees } from '@coupon/application';
import { defineSection } from '@coupon/strategies';
import type { KilledBy } from './support/killed-by.js';

/** See {@link KilledBy}. */
export const killedBy: KilledBy = { scenario: 'rush', invariant: 'numbered-once-each' };

/**
 * Locks the row in a statement of its own, which is a transaction of its own: the lock is gone
 * before the work begins.
 */
export default defineSection({
  name: 'for-update-outside',
  guarantees: allGuarantees,
  settings: () => undefined,
  section: ({ stockStore, mysql }) => ({
    async enter(terms, work, deadline) {
      await mysql.db
        .selectFrom('coupons')
        .select('id')
        .where('id', '=', terms.couponId)
        .forUpdate()
        .execute();
      return stockStore.inTransaction('plain', work, deadline);
    },
  }),
});
