import { randomUUID } from 'node:crypto';
import { defineSection } from '@coupon/strategies';
import { asLeases, untilTaken } from './promises.js';

/** Deletes the lock without looking whose it is: who comes back late takes it from the next one. */
export default defineSection({
  name: 'delete-without-compare',
  guarantees: asLeases,
  settings: (_env, read) =>
    read.integer('MUTANT_LEASE_MS', { fallback: 5_000, min: 100, max: 60_000 }),
  async section({ stockStore: books, redis }, leaseMs) {
    const connection = await redis();
    return {
      async enter(terms, work, deadline) {
        const key = `mutant:${terms.couponId}`;
        await untilTaken(connection, key, randomUUID(), leaseMs, deadline);
        try {
          return await books.inTransaction('plain', work, deadline);
        } finally {
          await connection.client.del(key);
        }
      },
    };
  },
});
