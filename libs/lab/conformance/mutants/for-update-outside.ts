import { defineSection } from '@coupon/strategies';
import { everything } from './promises.js';

/**
 * Locks the row in a statement of its own, which is a transaction of its own: the lock is gone
 * before the work begins.
 */
export default defineSection({
  name: 'for-update-outside',
  guarantees: everything,
  settings: () => undefined,
  section: ({ stockStore: books, mysql }) => ({
    async enter(terms, work, deadline) {
      await mysql.db
        .selectFrom('coupons')
        .select('id')
        .where('id', '=', terms.couponId)
        .forUpdate()
        .execute();
      return books.inTransaction('plain', work, deadline);
    },
  }),
});
