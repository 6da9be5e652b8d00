import { setTimeout as sleep } from 'node:timers/promises';
import { NoVerdict, type Deadline } from '@coupon/application';
import type { RedisConnection } from '@coupon/redis';

/**
 * Tries `SET key token NX` every few milliseconds until the deadline; with a lease, unless
 * `leaseMs` is null. Rejects with NoVerdict.
 */
export async function acquireKey(
  { client }: RedisConnection,
  key: string,
  token: string,
  leaseMs: number | null,
  deadline: Deadline,
): Promise<void> {
  for (;;) {
    try {
      const reply =
        leaseMs === null
          ? await client.set(key, token, 'NX')
          : await client.set(key, token, 'PX', leaseMs, 'NX');
      if (reply === 'OK') return;
    } catch (error) {
      throw new NoVerdict('unavailable', 'redis', { cause: error });
    }
    if (performance.now() >= deadline.atMs) throw new NoVerdict('contended', `${key} is taken`);
    await sleep(5);
  }
}
