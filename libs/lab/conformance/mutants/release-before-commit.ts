import { randomUUID } from 'node:crypto';
import { defineSection } from '@coupon/strategies';
import { asLeases, untilTaken } from './promises.js';

/**
 * Gives the lock back inside the transaction: between that and COMMIT the next one reads what is
 * about to be old.
 */
export default defineSection({
  name: 'release-before-commit',
  guarantees: asLeases,
  settings: () => undefined,
  async section({ stockStore: books, redis }) {
    const connection = await redis();
    return {
      async enter(terms, work, deadline) {
        const key = `mutant:${terms.couponId}`;
        await untilTaken(connection, key, randomUUID(), 5_000, deadline);
        return books.inTransaction(
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
