import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Clock } from '@coupon/application';
import { redisUnavailable, type RedisConnection } from './connection.js';
import { compareAndDelete, type Lease } from './lease.js';

const takeScript = readFileSync(new URL('./take-turn-2.lua', import.meta.url), 'utf8');
const renewScript = readFileSync(new URL('./renew-turn-2.lua', import.meta.url), 'utf8');

/** A lease that can go on where no other process waits for it. */
export interface Turn extends Lease {
  /**
   * The turn with its lease counted anew; 'given-up' when another process was next and has the lock now, 'lost' when the lease
   * had run out. In neither of these cases, nor after NoVerdict('unavailable'), is this turn to be used again.
   */
  renew(): Promise<Turn | 'given-up' | 'lost'>;
}

/** How one process takes turns with others. */
export interface TurnLimits {
  readonly leaseMs: number;
  /** An asker stays next for this long after each try, so it must be more than the pause between two tries. */
  readonly nextMs: number;
}

/**
 * Takes turns at locks with other processes: who is refused becomes next, if nobody is, and then the lock is kept for it. So a
 * busy process cannot take a lock again and again over the heads of others. A turn at `key` excludes leases of the same key.
 */
export class Turns {
  private readonly asker = randomUUID();

  constructor(private readonly redis: RedisConnection, private readonly clock: Clock, private readonly limits: TurnLimits) {}

  /** One try: the turn, or null when the lock is held or kept for another. Rejects with NoVerdict('unavailable'). */
  async take(key: string): Promise<Turn | null> {
    const token = randomUUID();
    const { leaseMs, nextMs } = this.limits;
    const endsAtMs = this.clock.nowMs() + leaseMs;
    const taken = await this.redis.client.eval(takeScript, 2, key, nextOf(key), token, this.asker, leaseMs, nextMs).catch((error: unknown) => {
      compareAndDelete(this.redis.client, key, token).catch(() => undefined); // it may have run though its answer was lost
      throw redisUnavailable(error);
    });
    return taken === 1 ? this.turn(key, token, endsAtMs) : null;
  }

  private turn(key: string, token: string, endsAtMs: number): Turn {
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
        const reply = await client.eval(renewScript, 2, key, nextOf(key), token, this.limits.leaseMs).catch(told);
        if (reply === 1) return this.turn(key, token, renewedEndsAtMs);
        return reply === 0 ? 'given-up' : 'lost';
      },
    };
  }
}

const nextOf = (key: string): string => `${key}:next`;
