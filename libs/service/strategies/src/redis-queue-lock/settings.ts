import { readSettings } from '@coupon/application';
import type { LeaseSettings } from '../lease-guard.js';

/** How the lock is taken in turns and handed over. */
export interface QueueLockSettings extends LeaseSettings {
  /** Between two tries of the one claim that asks Redis; each waits between half of it and all. */
  readonly retryMs: number;
  /** Claims of this process that may follow one another in one turn while another process waits. */
  readonly handoversMax: number;
  /** Claims for one coupon that may stand in line; further ones are turned away. */
  readonly queueMax: number;
}

/** Reads REDIS_QUEUE_LOCK_*. Throws ConfigFaults. */
export function queueLockSettings(env: NodeJS.ProcessEnv): QueueLockSettings {
  return readSettings(env, (read) => ({
    leaseMs: read.integer('REDIS_QUEUE_LOCK_LEASE_MS', { fallback: 5_000, min: 100, max: 600_000 }),
    retryMs: read.integer('REDIS_QUEUE_LOCK_RETRY_MS', { fallback: 20, min: 1, max: 10_000 }),
    handoversMax: read.integer('REDIS_QUEUE_LOCK_HANDOVERS_MAX', {
      fallback: 50,
      min: 0,
      max: 100_000,
    }),
    queueMax: read.integer('REDIS_QUEUE_LOCK_QUEUE_MAX', {
      fallback: 10_000,
      min: 0,
      max: 1_000_000,
    }),
    fenced: read.flag('REDIS_QUEUE_LOCK_FENCED', false),
  }));
}
