import { readSettings } from '@coupon/application';
import type { RetryLimits } from '@coupon/concurrency';

/** How conflicts are kept few, and tried again. */
export interface SerializableSettings extends RetryLimits {
  /**
   * Claims of one coupon that this process has in transactions at the same time; the others stand
   * in line.
   */
  readonly concurrencyMax: number;
  /** Claims for one coupon that may stand in line; further ones are turned away. */
  readonly queueMax: number;
}

/** Reads MYSQL_SERIALIZABLE_*. Throws ConfigFaults. */
export function serializableSettings(env: NodeJS.ProcessEnv): SerializableSettings {
  return readSettings(env, (read) => ({
    concurrencyMax: read.integer('MYSQL_SERIALIZABLE_TRIERS_MAX', {
      fallback: 2,
      min: 1,
      max: 1_000,
    }),
    attemptsMax: read.integer('MYSQL_SERIALIZABLE_ATTEMPTS_MAX', {
      fallback: 200,
      min: 1,
      max: 100_000,
    }),
    pauseMaxMs: read.integer('MYSQL_SERIALIZABLE_PAUSE_MAX_MS', {
      fallback: 20,
      min: 1,
      max: 10_000,
    }),
    queueMax: read.integer('MYSQL_SERIALIZABLE_QUEUE_MAX', {
      fallback: 10_000,
      min: 0,
      max: 1_000_000,
    }),
  }));
}
