import { readSettings } from '@coupon/application';

/** How many stand before the database's lock. */
export interface NamedLockSettings {
  /**
   * Claims of one coupon in this process that are at the lock with a connection each, its holder
   * included.
   */
  readonly connectionsMax: number;
  /** Claims for one coupon that may stand in line before these; further ones are turned away. */
  readonly queueMax: number;
}

/** Reads MYSQL_NAMED_LOCK_*. Throws ConfigFaults. */
export function namedLockSettings(env: NodeJS.ProcessEnv): NamedLockSettings {
  return readSettings(env, (read) => ({
    connectionsMax: read.integer('MYSQL_NAMED_LOCK_CONNECTIONS_MAX', {
      fallback: 2,
      min: 1,
      max: 1_000,
    }),
    queueMax: read.integer('MYSQL_NAMED_LOCK_QUEUE_MAX', {
      fallback: 10_000,
      min: 0,
      max: 1_000_000,
    }),
  }));
}
