import {
  DisposalStack,
  systemClock,
  type Clock,
  type Counters,
  type Log,
  type Meter,
} from '@coupon/application';
import { mysqlStockStore, openMysql, type Mysql } from '@coupon/mysql';
import { openRedis, type RedisConnection } from '@coupon/redis';
import type { Resources } from '@coupon/strategies';
import { pinoLog } from '@coupon/telemetry';
import type { ResourceSettings } from './settings.js';

/** A log that drops every line. */
export const silentLog: Log = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** What takes the place of the service's own parts. */
export interface ResourceOverrides {
  /** In place of the system clock. */
  readonly clock?: Clock;
  /** In place of a log on stdout at LOG_LEVEL. */
  readonly log?: Log;
  /** In place of counters that count nothing. */
  readonly counters?: Counters;
  /** In place of a meter that measures nothing. */
  readonly meter?: Meter;
  /** Put between the query builder and the pool: sees every statement, BEGIN and COMMIT too. */
  readonly through?: Parameters<typeof openMysql>[2];
  /** In place of the stock store on the pool. */
  readonly stockStore?: (mysql: Mysql) => Resources['stockStore'];
  /** In place of a connection to REDIS_URL; called at most once, on first use. */
  readonly redis?: () => Promise<RedisConnection>;
}

/** A service's resources, open until they are disposed of. */
export interface OpenResources extends Resources, AsyncDisposable {
  /** The Redis connection; undefined until a strategy has asked for it. */
  readonly redisInUse: () => RedisConnection | undefined;
}

/**
 * Opens the service's resources. Nothing connects before its first use, so this cannot fail.
 * Disposing closes Redis, where it is in use, and then the pool.
 */
export function openResources(
  settings: ResourceSettings,
  overrides: ResourceOverrides = {},
): OpenResources {
  const { clock = systemClock, log = pinoLog(settings.logLevel) } = overrides;
  const opened = new DisposalStack();
  const mysql = opened.use(openMysql(settings.mysql, clock, overrides.through));
  const connect = overrides.redis ?? (() => openRedis(settings.redis, log));
  let connecting: Promise<RedisConnection> | undefined;
  let connected: RedisConnection | undefined;
  return {
    mysql,
    stockStore: overrides.stockStore?.(mysql) ?? mysqlStockStore(mysql),
    redis: () =>
      (connecting ??= connect().then((connection) => (connected = opened.use(connection)))),
    redisInUse: () => connected,
    clock,
    log,
    counters: overrides.counters ?? { count: () => undefined },
    meter: overrides.meter ?? { observe: () => undefined },
    async [Symbol.asyncDispose]() {
      await connecting?.catch(() => undefined); // a connection under way closes too
      await opened[Symbol.asyncDispose]();
    },
  };
}
