import { randomUUID } from 'node:crypto';
import type { MonotonicClock } from '@coupon/application';
import { throwUnavailable, type RedisConnection } from './connection.js';
import { compareAndDelete, type Lease } from './lease.js';

/** A lease whose holder can extend it as long as no other process waits for the lock. */
export interface LockTurn extends Lease {
  /**
   * Resolves with the turn whose lease starts again now; with 'given-up' when another process
   * waited and the lock was freed for it; with 'lost' when the lease had expired. In the latter two
   * cases, and after NoVerdict('unavailable'), this turn must not be used again; after the latter
   * the lock is released as soon as Redis answers.
   */
  renew(): Promise<LockTurn | 'given-up' | 'lost'>;
}

/** How one process shares a fair lock with others. */
export interface FairLockLimits {
  readonly leaseMs: number;
  /**
   * How long a waiter keeps its place in the queue after each try; must be longer than the pause
   * between two tries.
   */
  readonly waiterTtlMs: number;
}

/**
 * A lock that processes hold in turns, in the order in which they first asked: a process whose try
 * fails joins a queue, and the lock is reserved for the first in it. So a busy process cannot take
 * a lock again and again while others wait. A turn at `key` excludes leases of the same key, which
 * do not respect the queue.
 */
export class FairLock {
  private readonly waiterId = randomUUID();

  constructor(
    private readonly redis: RedisConnection,
    private readonly clock: MonotonicClock,
    private readonly limits: FairLockLimits,
  ) {}

  /**
   * Tries once: the turn, or null when the lock is held or reserved for another waiter. Rejects
   * with NoVerdict('unavailable').
   */
  async take(key: string): Promise<LockTurn | null> {
    const token = randomUUID();
    const { leaseMs, waiterTtlMs } = this.limits;
    const { client, owedReleases } = this.redis;
    const endsAtMs = this.clock.monotonicMs() + leaseMs;
    const wasSent = client.status === 'ready';
    const taken = await client
      .takeTurn(key, queueKeyOf(key), token, this.waiterId, leaseMs, waiterTtlMs)
      .catch((error: unknown) => {
        // The script may have run, or may still run, although it had no answer.
        if (wasSent) owedReleases.add(key, token);
        return throwUnavailable(error);
      });
    return taken === 1 ? this.turn(key, token, endsAtMs) : null;
  }

  private turn(key: string, token: string, endsAtMs: number): LockTurn {
    const { client, owedReleases } = this.redis;
    const { leaseMs } = this.limits;
    // Nobody uses the turn then: it would be held until its lease ends.
    const throwOwed = (error: unknown): never => {
      owedReleases.add(key, token);
      return throwUnavailable(error);
    };
    return {
      key,
      endsAtMs,
      release: () => compareAndDelete(client, key, token).catch(throwOwed),
      renew: async () => {
        const renewedEndsAtMs = this.clock.monotonicMs() + leaseMs;
        const reply = await client.renewTurn(key, queueKeyOf(key), token, leaseMs).catch(throwOwed);
        if (reply === 1) return this.turn(key, token, renewedEndsAtMs);
        return reply === 0 ? 'given-up' : 'lost';
      },
    };
  }
}

const queueKeyOf = (key: string): string => `${key}:line`;
