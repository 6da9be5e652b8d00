import { readSettings } from '@coupon/application';

/** How long the line before a coupon may be. */
export interface LocalMutexSettings {
  /** Claims for one coupon that may wait; further ones are turned away. */
  readonly queueMax: number;
}

/** Reads LOCAL_MUTEX_*. Throws ConfigFaults. */
export function localMutexSettings(env: NodeJS.ProcessEnv): LocalMutexSettings {
  return readSettings(env, (read) => ({
    queueMax: read.integer('LOCAL_MUTEX_QUEUE_MAX', { fallback: 10_000, min: 0, max: 1_000_000 }),
  }));
}
