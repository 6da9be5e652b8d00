import type { KilledBy } from './support/killed-by.js';
import { underRowLock } from './support/under-row-lock.js';

/** See {@link KilledBy}. */
export const killedBy: KilledBy = { scenario: 'redis-trouble', invariant: 'per-user-limit' };

/** Counts what a user holds in Redis only: when Redis forgets, so does the limit. */
export default underRowLock('limit-in-redis-alone', async ({ redis }) => {
  const { client } = await redis();
  return async ({ terms, user }, { quantity, total }) => {
    const taken = total - quantity;
    if (terms.perUserLimit === null || taken >= total) return { taken, held: new Map() };
    const key = `mutant:held:${terms.couponId}:${user}`;
    const held = (await client.incr(key)) - 1;
    if (held >= terms.perUserLimit) await client.decr(key);
    return { taken, held: new Map([[user, held]]) };
  };
});
