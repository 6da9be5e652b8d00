import type { SettingsReader } from '@coupon/application';

/** How grants get from Redis into the database. */
export interface SettlerSettings {
  /** Grants of one coupon recorded in one transaction. */
  readonly batchMax: number;
  /** A settler that has had a grant for this long is taken for dead, and another one takes over. */
  readonly claimIdleMs: number;
  /** When it is closed, it settles for at most this long what is left. */
  readonly drainMs: number;
}

/** The settler's settings, and whether this process runs one. */
export interface CounterSettings extends SettlerSettings {
  /** embedded: this process settles too; apart: other processes do, and only they. */
  readonly settler: 'embedded' | 'apart';
}

/** Reads what a settler needs. */
export function settlerSettings(read: SettingsReader): SettlerSettings {
  return {
    batchMax: read.integer('REDIS_COUNTER_BATCH_MAX', { fallback: 500, min: 1, max: 5_000 }),
    claimIdleMs: read.integer('REDIS_COUNTER_CLAIM_IDLE_MS', {
      fallback: 10_000,
      min: 100,
      max: 3_600_000,
    }),
    drainMs: read.integer('REDIS_COUNTER_DRAIN_MS', { fallback: 2_000, min: 0, max: 600_000 }),
  };
}

/** Reads REDIS_COUNTER_*. */
export function counterSettings(read: SettingsReader): CounterSettings {
  return {
    settler: read.oneOf('REDIS_COUNTER_SETTLER', ['embedded', 'apart'], 'embedded'),
    ...settlerSettings(read),
  };
}
