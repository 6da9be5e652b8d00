import { allGuarantees } from '@coupon/application';
import { randomUUID } from 'node:crypto';
import { defineSection } from '@coupon/strategies';
import { acquireKey } from './support/acquire-key.js';
import type { KilledBy } from './support/killed-by.js';

/** See {@link KilledBy}. */
export const killedBy: KilledBy = {
  scenario: 'late-release',
  invariant: 'late-release-is-harmless',
};

/** Deletes the lock without comparing the token: a late holder releases its successor's lock. */
export default defineSection({
  name: 'delete-without-compare',
  guarantees: { ...allGuarantees, survivesPausedHolder: false },
  settings: (_env, read) =>
    read.integer('MUTANT_LEASE_MS', { fallback: 5_000, min: 100, max: 60_000 }),
  async section({ stockStore, redis }, leaseMs) {
    const connection = await redis();
    return {
      async enter(terms, work, deadline) {
        const key = `mutant:${terms.couponId}`;
        await acquireKey(connection, key, randomUUID(), leaseMs, deadline);
        try {
          return await stockStore.inTransaction('plain', work, deadline);
        } finally {
          await connection.client.del(key);
        }
      },
    };
  },
});
