import { randomUUID } from 'node:crypto';
import type { MonotonicClock } from '@coupon/application';
import type { Redis } from 'ioredis';
import { throwUnavailable, type RedisConnection } from './connection.js';

/**
 * A lock held for a limited time, measured by Redis's clock: a holder that pauses may lose it
 * without noticing.
 */
export interface Lease {
  /** The lock's key, without the connection's prefix. */
  readonly key: string;
  /**
   * When the holder must treat the lease as lost, in milliseconds of `Clock.monotonicMs`, counted
   * from before the request was sent.
   */
  readonly endsAtMs: number;
  /**
   * Compare-and-delete. Resolves with true when the lock is released, with false when the lease had
   * expired. Rejects with NoVerdict('unavailable') when Redis does not answer; the lock is released
   * as soon as it does, or expires with its lease.
   */
  release(): Promise<boolean>;
}

/**
 * Tries once `SET key token NX PX leaseMs`: the lease, or null when the lock is held. Rejects with
 * NoVerdict('unavailable') when Redis does not answer; a lock that was set all the same is released
 * as soon as it does, or expires with its lease. The release is published on `channel`, if given (release-notifier.ts).
 */
export async function tryLease(
  { client, owedReleases }: RedisConnection,
  clock: MonotonicClock,
  key: string,
  leaseMs: number,
  channel?: string,
): Promise<Lease | null> {
  const token = randomUUID();
  const endsAtMs = clock.monotonicMs() + leaseMs;
  const release = () =>
    compareAndDelete(client, key, token, channel).catch((error: unknown) => {
      owedReleases.add(key, token, channel);
      return throwUnavailable(error);
    });
  const wasSent = client.status === 'ready';
  const reply = await client.set(key, token, 'PX', leaseMs, 'NX').catch((error: unknown) => {
    // The SET may have run, or may still run, although it had no answer.
    if (wasSent) owedReleases.add(key, token, channel);
    return throwUnavailable(error);
  });
  return reply === 'OK' ? { key, endsAtMs, release } : null;
}

/** True: the lock had this `token` and is free now. Rejects with the client's errors. */
export async function compareAndDelete(
  client: Redis,
  key: string,
  token: string,
  channel?: string,
): Promise<boolean> {
  const channels = channel === undefined ? [] : [channel];
  return (await client.releaseLock(key, token, ...channels)) === 1;
}
