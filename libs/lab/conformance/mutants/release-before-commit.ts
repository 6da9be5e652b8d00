import { allGuarantees } from '@coupon/application';
import { randomUUID } from 'node:crypto';
import { defineSection } from '@coupon/strategies';
import { acquireKey } from './support/acquire-key.js';
import type { KilledBy } from './support/killed-by.js';

/** See {@link KilledBy}. */
export const killedBy: KilledBy = { scenario: 'slow-holder', invariant: 'no-coupon-too-many' };

/**
 * Gives the lock back inside the transaction: between that and COMMIT the next one reads what is
 * about to be old.
 */
export default defineSection({
  name: 'release-before-commit',
  guarantees: { ...allGuarantees, survivesPausedHolder: false },
  settings: () => undefined,
  async section({ stockStore, redis }) {
    const connection = await redis();
    return {
      async enter(terms, work, deadline) {
        const key = `mutant:${terms.couponId}`;
        await acquireKey(connection, key, randomUUID(), 5_000, deadline);
        return stockStore.inTransaction(
          'plain',
          async (ledger) => {
            try {
              return await work(ledger);
            } finally {
              await connection.client.del(key);
            }
          },
          deadline,
        );
      },
    };
  },
});
