import { setTimeout as sleep } from 'node:timers/promises';
import { NoVerdict } from '@coupon/application';
import type { KilledBy } from './support/killed-by.js';
import { leaseLock, rightSteps } from './support/lease-lock.js';

/** See {@link KilledBy}. */
export const killedBy: KilledBy = { scenario: 'killed-waiter', invariant: 'recovers' };

/**
 * Waiters stand in a list in Redis, which each of them leaves by itself: one that is killed stays
 * the first for ever.
 */
export default leaseLock('line-of-the-dead', {
  async take(lock, deadline) {
    const { connection, key, token } = lock;
    const { client } = connection;
    const line = `${key}:line`;
    try {
      await client.rpush(line, token);
      while ((await client.lindex(line, 0)) !== token) {
        if (performance.now() >= deadline.atMs) throw new NoVerdict('contended', `${key} is taken`);
        await sleep(5);
      }
      await rightSteps.take(lock, deadline);
    } finally {
      await client.lrem(line, 1, token);
    }
  },
});
