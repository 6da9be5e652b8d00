import { NoVerdict, type Log } from '@coupon/application';
import { Redis } from 'ioredis';
import { lockScripts } from './lock-scripts.js';
import { OwedReleases } from './owed-releases.js';
import { patient } from './patient.js';
import type { RedisSettings } from './settings.js';

/** One connection to Redis for the request path. */
export interface RedisConnection extends AsyncDisposable {
  readonly client: Redis;
  /** Of locks that were asked for on this connection without an answer. */
  readonly owedReleases: OwedReleases;
  /**
   * Resolves when Redis answers and is a primary; otherwise rejects with NoVerdict('unavailable').
   * A connection to a replica is closed, as a new one may lead to the new primary.
   */
  ping(): Promise<void>;
}

/**
 * Connects, or rejects with NoVerdict('unavailable'). While Redis is away, commands fail at once
 * instead of waiting in a queue, and none is ever sent twice: a resent SET NX would answer "taken"
 * to the lock's own holder, and a resent INCR would count twice (both measured). Reconnects by
 * itself, at least once a second.
 */
export async function openRedis(settings: RedisSettings, log: Log): Promise<RedisConnection> {
  const client = patient(
    new Redis(settings.url, {
      keyPrefix: settings.keyPrefix,
      scripts: lockScripts,
      lazyConnect: true,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 1,
      autoResendUnfulfilledCommands: false,
      connectTimeout: settings.connectMs,
      commandTimeout: settings.commandMs,
      disconnectTimeout: 500,
      socketTimeout: Math.max(5_000, settings.commandMs * 2),
      // A primary that lives on as a replica. The command is not sent again.
      reconnectOnError: ({ message }) => message.includes('READONLY'),
      retryStrategy: (attempt) => Math.min(1_000, 50 * attempt),
    }),
  );
  client.on('error', (error) => log.warn('redis connection', { error: error.message }));
  try {
    await client.connect();
  } catch (error) {
    client.disconnect();
    throw redisUnavailable(error);
  }
  return {
    client,
    owedReleases: new OwedReleases(client),
    async ping() {
      const [role] = await client.role().catch(throwUnavailable);
      if (role === 'master') return;
      client.disconnect(true);
      throw redisUnavailable(new Error(`its role is ${String(role)}`));
    },
    async [Symbol.asyncDispose]() {
      await client.quit().catch(() => client.disconnect());
    },
  };
}

/** Any failure of a Redis command as NoVerdict('unavailable'): nothing was issued. */
export function redisUnavailable(error: unknown): NoVerdict {
  return new NoVerdict(
    'unavailable',
    `redis: ${error instanceof Error ? error.message : String(error)}`,
    { cause: error },
  );
}

/** Throws `error` as {@link redisUnavailable}; for `catch`. */
export function throwUnavailable(error: unknown): never {
  throw redisUnavailable(error);
}
