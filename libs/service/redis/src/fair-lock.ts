import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Clock } from '@coupon/application';
import { redisUnavailable, type RedisConnection } from './connection.js';
import { compareAndDelete, type Lease } from './lease.js';

const takeScript = readFileSync(new URL('./take-turn-2.lua', import.meta.url), 'utf8');
const renewScript = readFileSync(new URL('./renew-turn-2.lua', import.meta.url), 'utf8');

/** A lease that can go on where no other process waits for it. */
export interface LockTurn extends Lease {
  /**
   * The turn with its lease counted anew; 'given-up' when another process waited and the lock was
   * freed for it, 'lost' when the lease had run out. In neither of these cases, nor after
   * NoVerdict('unavailable'), is this turn to be used again.
   */
  renew(): Promise<LockTurn | 'given-up' | 'lost'>;
}

/** How one process takes turns with others. */
export interface FairLockLimits {
  readonly leaseMs: number;
  /**
   * An asker stays in line for this long after each try, so it must be more than the pause between
   * two tries.
   */
  readonly waiterTtlMs: number;
}

/**
 * Takes turns at locks with other processes, in the order in which they first asked: who is refused
 * stands in line, and the lock is kept for who is first in it. So a busy process cannot take a lock
 * again and again over the heads of others. A turn at `key` excludes leases of the same key, which
 * know nothing of the line.
 */
export class FairLock {
  private readonly waiterId = randomUUID();

  constructor(
    private readonly redis: RedisConnection,
    private readonly clock: Clock,
    private readonly limits: FairLockLimits,
  ) {}

  /**
   * One try: the turn, or null when the lock is held or somebody else is first in line. Rejects
   * with NoVerdict('unavailable').
   */
  async take(key: string): Promise<LockTurn | null> {
    const token = randomUUID();
    const { leaseMs, waiterTtlMs: inLineMs } = this.limits;
    const endsAtMs = this.clock.nowMs() + leaseMs;
    const taken = await this.redis.client
      .eval(takeScript, 2, key, waitQueueKeyOf(key), token, this.waiterId, leaseMs, inLineMs)
      .catch((error: unknown) => {
        // it may have run though its answer was lost
        compareAndDelete(this.redis.client, key, token).catch(() => undefined);
        throw redisUnavailable(error);
      });
    return taken === 1 ? this.turn(key, token, endsAtMs) : null;
  }

  private turn(key: string, token: string, endsAtMs: number): LockTurn {
    const { client } = this.redis;
    const told = (error: unknown): never => {
      throw redisUnavailable(error);
    };
    return {
      key,
      endsAtMs,
      release: () => compareAndDelete(client, key, token).catch(told),
      renew: async () => {
        const renewedEndsAtMs = this.clock.nowMs() + this.limits.leaseMs;
        const reply = await client
          .eval(renewScript, 2, key, waitQueueKeyOf(key), token, this.limits.leaseMs)
          .catch(told);
        if (reply === 1) return this.turn(key, token, renewedEndsAtMs);
        return reply === 0 ? 'given-up' : 'lost';
      },
    };
  }
}

const waitQueueKeyOf = (key: string): string => `${key}:line`;
