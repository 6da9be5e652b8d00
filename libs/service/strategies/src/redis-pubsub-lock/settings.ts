import { readSettings } from '@coupon/application';
import type { LeaseSettings } from '../lease-guard.js';

/** How the lock is waited for and held. */
export interface PubsubLockSettings extends LeaseSettings {
  /**
   * Longest wait for the message before the lock is tried all the same: what a lost message costs
   * at most.
   */
  readonly repollMs: number;
  /** Claims for one coupon that may stand in line; further ones are turned away. */
  readonly queueMax: number;
}

/** Reads REDIS_PUBSUB_LOCK_*. Throws ConfigFaults. */
export function pubsubLockSettings(env: NodeJS.ProcessEnv): PubsubLockSettings {
  return readSettings(env, (read) => ({
    leaseMs: read.integer('REDIS_PUBSUB_LOCK_LEASE_MS', {
      fallback: 5_000,
      min: 100,
      max: 600_000,
    }),
    repollMs: read.integer('REDIS_PUBSUB_LOCK_REPOLL_MS', { fallback: 500, min: 1, max: 60_000 }),
    queueMax: read.integer('REDIS_PUBSUB_LOCK_QUEUE_MAX', {
      fallback: 10_000,
      min: 0,
      max: 1_000_000,
    }),
    fenced: read.flag('REDIS_PUBSUB_LOCK_FENCED', false),
  }));
}
