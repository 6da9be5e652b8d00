import { setTimeout as sleep } from 'node:timers/promises';
import { allGuarantees, NoVerdict, type Deadline, type Guarantees } from '@coupon/application';
import type { RedisConnection } from '@coupon/redis';

/** What a mutant falsely says of itself: everything. */
export const everything = allGuarantees;

/** What a lease can promise at most. */
export const asLeases: Guarantees = { ...everything, survivesPausedHolder: false };

/**
 * Tries `SET key token NX` every few milliseconds until the deadline; with a lease, unless
 * `leaseMs` is null. Rejects with NoVerdict.
 */
export async function untilTaken(
  { client }: RedisConnection,
  key: string,
  token: string,
  leaseMs: number | null,
  deadline: Deadline,
): Promise<void> {
  for (;;) {
    try {
      const taken =
        leaseMs === null
          ? await client.set(key, token, 'NX')
          : await client.set(key, token, 'PX', leaseMs, 'NX');
      if (taken === 'OK') return;
    } catch (error) {
      throw new NoVerdict('unavailable', 'redis', { cause: error });
    }
    if (Date.now() >= deadline.atMs) throw new NoVerdict('contended', `${key} is taken`);
    await sleep(5);
  }
}
