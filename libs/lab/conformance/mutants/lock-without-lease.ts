import { randomUUID } from 'node:crypto';
import { defineSection } from '@coupon/strategies';
import { everything, untilTaken } from './promises.js';

/**
 * A lock that never ends by itself: nobody can overtake a stopped holder, and nobody can replace a
 * dead one.
 */
export default defineSection({
  name: 'lock-without-lease',
  guarantees: everything,
  settings: () => undefined,
  async section({ stockStore: books, redis }) {
    const connection = await redis();
    return {
      async enter(terms, work, deadline) {
        const key = `mutant:${terms.couponId}`;
        await untilTaken(connection, key, randomUUID(), null, deadline);
        try {
          return await books.inTransaction('plain', work, deadline);
        } finally {
          await connection.client.del(key);
        }
      },
    };
  },
});
