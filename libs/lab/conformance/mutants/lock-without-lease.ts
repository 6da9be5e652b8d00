import { allGuarantees } from '@coupon/application';
import { randomUUID } from 'node:crypto';
import { defineSection } from '@coupon/strategies';
import { acquireKey } from './support/acquire-key.js';
import type { KilledBy } from './support/killed-by.js';

/** See {@link KilledBy}. */
export const killedBy: KilledBy = { scenario: 'killed-holder', invariant: 'recovers' };

/**
 * A lock that never expires: no process can overtake a stopped holder, and none can replace a dead
 * one.
 */
export default defineSection({
  name: 'lock-without-lease',
  guarantees: allGuarantees,
  settings: () => undefined,
  async section({ stockStore, redis }) {
    const connection = await redis();
    return {
      async enter(terms, work, deadline) {
        const key = `mutant:${terms.couponId}`;
        await acquireKey(connection, key, randomUUID(), null, deadline);
        try {
          return await stockStore.inTransaction('plain', work, deadline);
        } finally {
          await connection.client.del(key);
        }
      },
    };
  },
});
