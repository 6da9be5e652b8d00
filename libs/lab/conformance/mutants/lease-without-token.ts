import { allGuarantees } from '@coupon/application';
import { defineSection } from '@coupon/strategies';
import { acquireKey } from './support/acquire-key.js';
import type { KilledBy } from './support/killed-by.js';

/** See {@link KilledBy}. */
export const killedBy: KilledBy = {
  scenario: 'late-release',
  invariant: 'late-release-is-harmless',
};

/** Compares the token before it deletes, but all holders have the same one. */
export default defineSection({
  name: 'lease-without-token',
  guarantees: { ...allGuarantees, survivesPausedHolder: false },
  settings: (_env, read) =>
    read.integer('MUTANT_LEASE_MS', { fallback: 5_000, min: 100, max: 60_000 }),
  async section({ stockStore, redis }, leaseMs) {
    const connection = await redis();
    return {
      async enter(terms, work, deadline) {
        const key = `mutant:${terms.couponId}`;
        await acquireKey(connection, key, 'locked', leaseMs, deadline);
        try {
          return await stockStore.inTransaction('plain', work, deadline);
        } finally {
          if ((await connection.client.get(key)) === 'locked') await connection.client.del(key);
        }
      },
    };
  },
});
