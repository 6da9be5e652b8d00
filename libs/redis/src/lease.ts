import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Clock } from '@coupon/application';
import { redisUnavailable, type RedisConnection } from './connection.js';

const releaseScript = readFileSync(new URL('./release-1.lua', import.meta.url), 'utf8');

/** A lock held for a limited time. It is a promise of Redis's clock: a holder that pauses may lose it without noticing. */
export interface Lease {
  /** When the holder must treat it as lost, in epoch milliseconds: counted from before it was asked for. */
  readonly endsAtMs: number;
  /** Compare-and-delete. True: released; false: it had run out before. Rejects with NoVerdict('unavailable'). */
  release(): Promise<boolean>;
}

/**
 * One try at `SET key token NX PX leaseMs`: the lease, or null when somebody else holds the lock.
 * Rejects with NoVerdict('unavailable') when Redis does not answer; a lock that was set all the same ends with its lease.
 */
export async function tryLease({ client }: RedisConnection, clock: Clock, key: string, leaseMs: number): Promise<Lease | null> {
  const token = randomUUID();
  const endsAtMs = clock.nowMs() + leaseMs;
  const release = async (): Promise<boolean> => (await client.eval(releaseScript, 1, key, token)) === 1;
  try {
    if ((await client.set(key, token, 'PX', leaseMs, 'NX')) !== 'OK') return null;
  } catch (error) {
    release().catch(() => undefined); // the SET may have run though its answer was lost; the lease ends it in any case
    throw redisUnavailable(error);
  }
  return {
    endsAtMs,
    release: () =>
      release().catch((error: unknown) => {
        throw redisUnavailable(error);
      }),
  };
}
