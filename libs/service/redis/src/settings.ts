import { readSettings } from '@coupon/application';

/** How the service uses Redis. */
export interface RedisSettings {
  /** redis://[user:password@]host:port[/db] or rediss:// */
  readonly url: string;
  /** Prefix of every key, so that several services can share one Redis. */
  readonly keyPrefix: string;
  readonly connectMs: number;
  /**
   * How long one command may wait for its answer; nothing else ends the wait for a paused Redis.
   */
  readonly commandMs: number;
}

const isRedisUrl = (value: string): boolean =>
  URL.canParse(value) && ['redis:', 'rediss:'].includes(new URL(value).protocol);

/** Reads REDIS_*. Throws ConfigFaults. */
export function redisSettings(env: NodeJS.ProcessEnv): RedisSettings {
  return readSettings(env, (read) => ({
    url: read.text('REDIS_URL', {
      fallback: 'redis://127.0.0.1:6379',
      accepts: isRedisUrl,
      allowed: 'redis://[user:password@]host:port',
      secret: true,
    }),
    keyPrefix: read.text('REDIS_KEY_PREFIX', {
      fallback: 'coupon-race:',
      accepts: (value) => /^[\w:.-]{1,64}$/.test(value),
      allowed: '1 to 64 letters, digits and _ : . -',
    }),
    connectMs: read.integer('REDIS_CONNECT_MS', { fallback: 1_000, min: 50, max: 60_000 }),
    commandMs: read.integer('REDIS_COMMAND_MS', { fallback: 1_000, min: 50, max: 60_000 }),
  }));
}
