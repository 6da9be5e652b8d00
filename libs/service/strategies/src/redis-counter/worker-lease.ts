import { randomUUID } from 'node:crypto';
import type { Log, MonotonicClock } from '@coupon/application';
import { WORKER_LEASE, type RedisClient } from './keys.js';

/** The lease's value in Redis, and since when this worker has seen the same one. */
interface Observed {
  readonly value: string;
  readonly sinceMs: number;
}

/**
 * The lease of the one worker that is active. Its leader renews it, each time with another value;
 * the others take it over when it is free, or has kept one value for longer than the lease by
 * their own monotonic clocks. For how long Redis keeps a key is not enough: one that was set while
 * its wall clock was ahead outlives its leader by as much.
 */
export class WorkerLease {
  private readonly worker = randomUUID();
  private renewals = 0;
  private observed: Observed | null = null;
  private renewAtMs = -Infinity;

  /** `client` has the counter's commands and those of @coupon/redis. */
  constructor(
    private readonly client: RedisClient,
    private readonly clock: MonotonicClock,
    private readonly log: Log,
    private readonly leaseMs: number,
  ) {}

  /**
   * True: this worker leads. Takes or renews the lease where that is due; call it at least every
   * half `leaseMs`. Rejects with the client's errors; the next call goes on from what is set then.
   */
  async isHeld(): Promise<boolean> {
    const nowMs = this.clock.monotonicMs();
    if (nowMs < this.renewAtMs) return true;
    const seen = this.observed;
    const own = seen !== null && this.isOwn(seen.value);
    const stale = seen !== null && !own && nowMs - seen.sinceMs > this.leaseMs;
    const value = `${this.worker}:${(this.renewals += 1)}`;
    const now = await this.client.leadWorkers(
      WORKER_LEASE,
      own || stale ? seen.value : '',
      value,
      this.leaseMs,
    );
    if (now !== seen?.value) this.observed = { value: now, sinceMs: this.clock.monotonicMs() };
    const held = now === value;
    this.renewAtMs = held ? nowMs + this.leaseMs / 2 : -Infinity;
    if (held && stale)
      this.log.warn('write-behind worker takes the lease over', { silentMs: nowMs - seen.sinceMs });
    return held;
  }

  /** Frees the lease, if it is this worker's. Rejects with the client's errors. */
  async release(): Promise<void> {
    const value = this.observed?.value;
    this.renewAtMs = -Infinity;
    if (value !== undefined && this.isOwn(value))
      await this.client.releaseLock(WORKER_LEASE, value);
  }

  /** Also a value whose reply was lost: seen by the next call, and replaced by the one after it. */
  private isOwn(value: string): boolean {
    return value.startsWith(`${this.worker}:`);
  }
}
