import type { Server } from 'node:http';
import {
  cachedCatalog,
  IssueCoupon,
  openTogether,
  type Clock,
  type CouponCatalog,
  type GrantArchive,
  type IssuanceStrategy,
  type Log,
  type UserDirectory,
} from '@coupon/application';
import { MysqlCatalog, MysqlGrants, MysqlUsers, type Mysql } from '@coupon/mysql';
import { openRuntime, type OpenResources, type Runtime } from '@coupon/runtime';
import { MemoryCounters, MemoryHistograms, metricsPage } from '@coupon/telemetry';
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
  strategy: part<IssuanceStrategy>('strategy'),
  dependencies: part<() => readonly Dependency[]>('dependencies'),
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
export function composeService(settings: Settings): Promise<Service> {
  const container = new Container({ defaultScope: 'Singleton' });
  container.bind(parts.settings).toConstantValue(settings);
  return openTogether(async (stack) => {
    const events = new MemoryCounters();
    const meter = new MemoryHistograms('coupon_');
    container.bind(parts.events).toConstantValue(events);
    container.bind(parts.outcomes).toConstantValue(new MemoryCounters());
    container.bind(parts.meter).toConstantValue(meter);
    bindRuntime(container, stack.use(await openRuntime(settings, { counters: events, meter })));
    bindUseCases(container);
    bindHttp(container);
    return {
      server: await container.getAsync(parts.server),
      drain: container.get(parts.drain),
      log: container.get(parts.log),
      catalog: container.get(parts.catalog),
      users: container.get(parts.users),
      passwords: container.get(parts.passwords),
    };
  });
}

function bindRuntime(container: Container, { resources, strategy }: Runtime): void {
  container.bind(parts.clock).toConstantValue(resources.clock);
  container.bind(parts.log).toConstantValue(resources.log);
  container.bind(parts.mysql).toConstantValue(resources.mysql);
  container.bind(parts.strategy).toConstantValue(strategy);
  container.bind(parts.dependencies).toConstantValue(() => dependenciesOf(resources));
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
      strategy: IssuanceStrategy,
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
        dependencies: container.get(parts.dependencies),
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
function dependenciesOf({ mysql, redisInUse }: OpenResources): readonly Dependency[] {
  const redis = redisInUse();
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
    { strategy: container.get(parts.settings).plugin.name },
  );
