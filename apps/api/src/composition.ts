import type { Server } from 'node:http';
import {
  cachedCatalog,
  IssueCoupon,
  type Clock,
  type CouponCatalog,
  type GrantArchive,
  type IssuanceStrategy,
  type Log,
  type UserDirectory,
} from '@coupon/application';
import {
  mysqlStockStore,
  MysqlCatalog,
  MysqlGrants,
  MysqlUsers,
  openMysql,
  type Mysql,
} from '@coupon/mysql';
import { openRedis, type RedisConnection } from '@coupon/redis';
import { MemoryCounters, MemoryHistograms, metricsPage, pinoLog } from '@coupon/telemetry';
import type { Express } from 'express';
import { Container, type ServiceIdentifier } from 'inversify';
import { createApp } from './app.js';
import { Authentication } from './authentication.js';
import { Drain } from './drain.js';
import { Passwords } from './passwords.js';
import { authRoutes } from './routes/auth.js';
import { couponRoutes } from './routes/coupons.js';
import { healthRoutes, type Dependency } from './routes/health.js';
import { issueRoutes } from './routes/issue.js';
import { meRoutes } from './routes/me.js';
import type { Route } from './routes/route.js';
import { serverFor } from './server.js';
import type { Settings } from './settings.js';

/**
 * The whole service, put together and not yet listening. Its disposal closes the strategy and the
 * connections under it.
 */
export interface Service extends AsyncDisposable {
  readonly server: Server;
  readonly drain: Drain;
  readonly log: Log;
  readonly catalog: CouponCatalog;
  readonly users: UserDirectory;
  readonly passwords: Passwords;
}

/** Redis, connected when somebody first asks for it: a strategy without Redis needs none. */
class RedisOnDemand {
  private opening: Promise<RedisConnection> | undefined;
  opened: RedisConnection | undefined;

  constructor(private readonly open: () => Promise<RedisConnection>) {}

  connection(): Promise<RedisConnection> {
    this.opening ??= this.open().then((connection) => (this.opened = connection));
    return this.opening;
  }
}

type Strategy = IssuanceStrategy & AsyncDisposable;

/** What the container knows each part by. This file is the only one that knows the container. */
const part = <T>(name: string): ServiceIdentifier<T> => Symbol(name);
const parts = {
  settings: part<Settings>('settings'),
  clock: part<Clock>('clock'),
  log: part<Log>('log'),
  events: part<MemoryCounters>('events'),
  outcomes: part<MemoryCounters>('outcomes'),
  meter: part<MemoryHistograms>('meter'),
  mysql: part<Mysql>('mysql'),
  redis: part<RedisOnDemand>('redis'),
  strategy: part<Strategy>('strategy'),
  catalog: part<CouponCatalog>('catalog'),
  grants: part<GrantArchive>('grants'),
  users: part<UserDirectory>('users'),
  issueCoupon: part<IssueCoupon>('issueCoupon'),
  authentication: part<Authentication>('authentication'),
  passwords: part<Passwords>('passwords'),
  drain: part<Drain>('drain'),
  routes: part<readonly Route[]>('routes'),
  app: part<Express>('app'),
  server: part<Server>('server'),
};

/** Coupons and verified tokens remembered at the same time. */
const COUPONS_REMEMBERED_MAX = 10_000;
const TOKENS_REMEMBERED_MAX = 10_000;

/**
 * Puts the service together. Rejects with what opening the strategy rejects with, having closed
 * again what was open.
 */
export async function composeService(settings: Settings): Promise<Service> {
  const container = new Container({ defaultScope: 'Singleton' });
  container.bind(parts.settings).toConstantValue(settings);
  bindResources(container);
  bindUseCases(container);
  bindHttp(container);
  const close = async (): Promise<void> => {
    await container.get(parts.redis).opened?.[Symbol.asyncDispose]();
    await container.get(parts.mysql)[Symbol.asyncDispose]();
  };
  try {
    const strategy = await container.getAsync(parts.strategy);
    const [drain, log, catalog, users, passwords] = [
      container.get(parts.drain),
      container.get(parts.log),
      container.get(parts.catalog),
      container.get(parts.users),
      container.get(parts.passwords),
    ];
    const server = await container.getAsync(parts.server);
    return {
      server,
      drain,
      log,
      catalog,
      users,
      passwords,
      async [Symbol.asyncDispose]() {
        await strategy[Symbol.asyncDispose]();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function bindResources(container: Container): void {
  container.bind(parts.clock).toConstantValue({ nowMs: () => Date.now() });
  container.bind(parts.events).toConstantValue(new MemoryCounters());
  container.bind(parts.outcomes).toConstantValue(new MemoryCounters());
  container.bind(parts.meter).toConstantValue(new MemoryHistograms('coupon_'));
  container
    .bind(parts.log)
    .toResolvedValue(({ logLevel }: Settings) => pinoLog(logLevel), [parts.settings]);
  container
    .bind(parts.mysql)
    .toResolvedValue(
      ({ mysql }: Settings, clock: Clock) => openMysql(mysql, clock),
      [parts.settings, parts.clock],
    );
  container
    .bind(parts.redis)
    .toResolvedValue(
      ({ redis }: Settings, log: Log) => new RedisOnDemand(() => openRedis(redis, log)),
      [parts.settings, parts.log],
    );
  container.bind(parts.strategy).toResolvedValue(
    (
      { openStrategy }: Settings,
      mysql: Mysql,
      redis: RedisOnDemand,
      clock: Clock,
      log: Log,
      counters: MemoryCounters,
      meter: MemoryHistograms,
    ) =>
      openStrategy({
        stockStore: mysqlStockStore(mysql),
        mysql,
        redis: () => redis.connection(),
        clock,
        log,
        counters,
        meter,
      }),
    [parts.settings, parts.mysql, parts.redis, parts.clock, parts.log, parts.events, parts.meter],
  );
}

function bindUseCases(container: Container): void {
  container
    .bind(parts.catalog)
    .toResolvedValue((mysql: Mysql) => new MysqlCatalog(mysql), [parts.mysql]);
  container
    .bind(parts.grants)
    .toResolvedValue((mysql: Mysql) => new MysqlGrants(mysql), [parts.mysql]);
  container
    .bind(parts.users)
    .toResolvedValue((mysql: Mysql) => new MysqlUsers(mysql), [parts.mysql]);
  container.bind(parts.issueCoupon).toResolvedValue(
    (
      { http }: Settings,
      catalog: CouponCatalog,
      strategy: Strategy,
      grants: GrantArchive,
      clock: Clock,
    ) =>
      new IssueCoupon(
        cachedCatalog(catalog, clock, {
          staleMs: http.catalogStaleMs,
          entriesMax: COUPONS_REMEMBERED_MAX,
        }),
        strategy,
        grants,
        clock,
      ),
    [parts.settings, parts.catalog, parts.strategy, parts.grants, parts.clock],
  );
}

function bindHttp(container: Container): void {
  container.bind(parts.authentication).toResolvedValue(
    ({ http }: Settings, clock: Clock) =>
      new Authentication(
        {
          secret: http.jwtSecret,
          lifetimeS: http.jwtLifetimeS,
          rememberedMax: TOKENS_REMEMBERED_MAX,
        },
        clock,
      ),
    [parts.settings, parts.clock],
  );
  container
    .bind(parts.passwords)
    .toResolvedValue((clock: Clock) => new Passwords(clock), [parts.clock]);
  container
    .bind(parts.drain)
    .toResolvedValue(
      ({ http }: Settings, log: Log) =>
        new Drain({ noticeMs: http.drainNoticeMs, deadlineMs: http.drainDeadlineMs }, log),
      [parts.settings, parts.log],
    );
  container.bind(parts.routes).toResolvedValue(
    (
      settings: Settings,
      issueCoupon: IssueCoupon,
      authentication: Authentication,
      clock: Clock,
      drain: Drain,
      outcomes: MemoryCounters,
    ) => [
      ...issueRoutes({
        authentication,
        issueCoupon,
        clock,
        outcomes,
        drain,
        issueDeadlineMs: settings.http.issueDeadlineMs,
      }),
      ...couponRoutes({ catalog: container.get(parts.catalog), authentication }),
      ...meRoutes({ grants: container.get(parts.grants), authentication }),
      ...authRoutes({
        users: container.get(parts.users),
        passwords: container.get(parts.passwords),
        authentication,
      }),
      ...healthRoutes({
        dependencies: () => dependencies(container),
        drain,
        metrics: metrics(container),
      }),
    ],
    [
      parts.settings,
      parts.issueCoupon,
      parts.authentication,
      parts.clock,
      parts.drain,
      parts.outcomes,
    ],
  );
  container
    .bind(parts.app)
    .toResolvedValue(
      (routes: readonly Route[], log: Log) => createApp(routes, log),
      [parts.routes, parts.log],
    );
  container
    .bind(parts.server)
    .toResolvedValue(
      ({ http }: Settings, app: Express) => serverFor(app, http),
      [parts.settings, parts.app],
    );
}

/** What readiness asks: Redis only where the strategy uses it. */
function dependencies(container: Container): readonly Dependency[] {
  const mysql = container.get(parts.mysql);
  const redis = container.get(parts.redis).opened;
  return [
    { name: 'mysql', ping: () => mysql.ping() },
    ...(redis === undefined ? [] : [{ name: 'redis', ping: () => redis.ping() }]),
  ];
}

const metrics = (container: Container): ReturnType<typeof metricsPage> =>
  metricsPage(
    [
      {
        name: 'coupon_issue_outcomes_total',
        help: 'Answers of the issue route, by outcome.',
        label: 'outcome',
        counters: container.get(parts.outcomes),
      },
      {
        name: 'coupon_events_total',
        help: 'Events inside the strategy, such as lost leases.',
        label: 'event',
        counters: container.get(parts.events),
      },
    ],
    container.get(parts.meter),
    { strategy: container.get(parts.settings).strategyName },
  );
