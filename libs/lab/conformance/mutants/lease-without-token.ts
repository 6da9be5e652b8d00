import { defineSection } from '@coupon/strategies';
import { asLeases, untilTaken } from './promises.js';

/** Compares before it deletes, but everybody's token is the same. */
export default defineSection({
  name: 'lease-without-token',
  guarantees: asLeases,
  settings: (_env, read) =>
    read.integer('MUTANT_LEASE_MS', { fallback: 5_000, min: 100, max: 60_000 }),
  async section({ stockStore: books, redis }, leaseMs) {
    const connection = await redis();
    return {
      async enter(terms, work, deadline) {
        const key = `mutant:${terms.couponId}`;
        await untilTaken(connection, key, 'locked', leaseMs, deadline);
        try {
          return await books.inTransaction('plain', work, deadline);
        } finally {
          if ((await connection.client.get(key)) === 'locked') await connection.client.del(key);
        }
      },
    };
  },
});
