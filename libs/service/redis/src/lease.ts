import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Clock } from '@coupon/application';
import type { Redis } from 'ioredis';
import { redisUnavailable, type RedisConnection } from './connection.js';

const releaseScript = readFileSync(new URL('./release-1.lua', import.meta.url), 'utf8');

/**
 * A lock held for a limited time. It is a promise of Redis's clock: a holder that pauses may lose
 * it without noticing.
 */
export interface Lease {
  /** The lock's key, without the connection's prefix. */
  readonly key: string;
  /**
   * When the holder must treat it as lost, in epoch milliseconds: counted from before it was asked
   * for.
   */
  readonly endsAtMs: number;
  /**
   * Compare-and-delete. True: released; false: it had run out before. Rejects with
   * NoVerdict('unavailable').
   */
  release(): Promise<boolean>;
}

/**
 * One try at `SET key token NX PX leaseMs`: the lease, or null when somebody else holds the lock.
 * Rejects with NoVerdict('unavailable') when Redis does not answer; a lock that was set all the
 * same ends with its lease. With a `channel`, its release is told there (release-news.ts).
 */
export async function tryLease(
  { client }: RedisConnection,
  clock: Clock,
  key: string,
  leaseMs: number,
  channel?: string,
): Promise<Lease | null> {
  const token = randomUUID();
  const endsAtMs = clock.nowMs() + leaseMs;
  const release = () => compareAndDelete(client, key, token, channel);
  try {
    if ((await client.set(key, token, 'PX', leaseMs, 'NX')) !== 'OK') return null;
  } catch (error) {
    // the SET may have run though its answer was lost; the lease ends it in any case
    release().catch(() => undefined);
    throw redisUnavailable(error);
  }
  return {
    key,
    endsAtMs,
    release: () =>
      release().catch((error: unknown) => {
        throw redisUnavailable(error);
      }),
  };
}

/** True: the lock was the one of `token`, and is free now. Rejects with the client's errors. */
export async function compareAndDelete(
  client: Redis,
  key: string,
  token: string,
  channel?: string,
): Promise<boolean> {
  return (
    (await client.eval(
      releaseScript,
      1,
      key,
      token,
      ...(channel === undefined ? [] : [channel]),
    )) === 1
  );
}
