import { readSettings } from '@coupon/application';

/**
 * How the lock is taken and held. The original's figures are the defaults: a try every 100 ms, for
 * up to 10 s.
 */
export interface SpinLockSettings {
  /** How long Redis keeps the lock for a holder that does not come back. */
  readonly leaseMs: number;
  /** Between two tries. */
  readonly retryMs: number;
  /** How long one request tries, once it is among the pollers. */
  readonly waitMs: number;
  /**
   * Requests of this process that try for one coupon at the same time; the others stand in line
   * before them.
   */
  readonly pollersMax: number;
  /** Requests for one coupon that may stand in line; further ones are turned away. */
  readonly queueMax: number;
  /**
   * Compare the coupon's version at the write, so that a holder who lost its lease cannot do harm.
   */
  readonly fenced: boolean;
}

/** Reads REDIS_SPIN_LOCK_*. Throws ConfigFaults. */
export function spinLockSettings(env: NodeJS.ProcessEnv): SpinLockSettings {
  return readSettings(env, (read) => ({
    leaseMs: read.integer('REDIS_SPIN_LOCK_LEASE_MS', { fallback: 5_000, min: 100, max: 600_000 }),
    retryMs: read.integer('REDIS_SPIN_LOCK_RETRY_MS', { fallback: 100, min: 1, max: 10_000 }),
    waitMs: read.integer('REDIS_SPIN_LOCK_WAIT_MS', { fallback: 10_000, min: 0, max: 120_000 }),
    pollersMax: read.integer('REDIS_SPIN_LOCK_POLLERS_MAX', { fallback: 1, min: 1, max: 10_000 }),
    queueMax: read.integer('REDIS_SPIN_LOCK_QUEUE_MAX', {
      fallback: 10_000,
      min: 0,
      max: 1_000_000,
    }),
    fenced: read.flag('REDIS_SPIN_LOCK_FENCED', false),
  }));
}
