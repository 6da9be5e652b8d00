import { mysqlStockStore, mysqlSettings, openMysql, type Mysql } from '@coupon/mysql';
import { openRedis, redisSettings, type RedisConnection } from '@coupon/redis';
import type { Resources } from '@coupon/strategies';
import { clock } from './answer.js';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** A service's resources, as its composition root would lend them, and their end. */
export interface OwnResources extends AsyncDisposable {
  readonly resources: Resources;
  readonly mysql: Mysql;
  /** Whether anybody has asked for Redis. */
  usedRedis(): boolean;
}

/**
 * A pool and, once asked for, a Redis connection of one's own. `env` as the service's. Throws
 * ConfigFaults.
 */
export function openResources(env: NodeJS.ProcessEnv): OwnResources {
  const mysql = openMysql(mysqlSettings(env), clock);
  let redis: Promise<RedisConnection> | undefined;
  const resources: Resources = {
    mysql,
    stockStore: mysqlStockStore(mysql),
    redis: () => (redis ??= openRedis(redisSettings(env), silent)),
    clock,
    log: silent,
    counters: { count: () => undefined },
    meter: { observe: () => undefined },
  };
  return {
    resources,
    mysql,
    usedRedis: () => redis !== undefined,
    async [Symbol.asyncDispose]() {
      const connection = await redis?.catch(() => undefined);
      await connection?.[Symbol.asyncDispose]();
      await mysql[Symbol.asyncDispose]();
    },
  };
}
