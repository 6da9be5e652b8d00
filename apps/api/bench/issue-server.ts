import {
  cachedCatalog,
  IssueCoupon,
  systemClock as clock,
  type CouponCatalog,
  type IssuanceStrategy,
} from '@coupon/application';
import { Coupon, judge } from '@coupon/domain';
import { MemoryCounters, MemoryHistograms, metricsPage, pinoLog } from '@coupon/telemetry';
import { createApp } from '../src/app.js';
import { Authentication } from '../src/authentication.js';
import { Drain } from '../src/drain.js';
import { healthRoutes } from '../src/routes/health.js';
import { issueRoutes } from '../src/routes/issue.js';
import { createHttpServer } from '../src/http-server.js';
import { httpSettings } from '../src/http-settings.js';
import { OpenConnections } from '../src/open-connections.js';
import { fixture, listenAndReport } from './fixture.js';

/**
 * The real app and its issue route over a strategy that only calls `judge`.
 * `HTTP_PREPARED=false` shows plain Express.
 */

const log = pinoLog('warn');
const http = httpSettings({
  JWT_SECRET: fixture.jwtSecret,
  HTTP_PREPARED: process.env['HTTP_PREPARED'],
});
const connections = new OpenConnections(http.connectionsMax);
const drain = new Drain({ noticeMs: 0, deadlineMs: 1_000 }, connections, log);
const outcomes = new MemoryCounters();
const authentication = new Authentication(
  { secret: fixture.jwtSecret, lifetimeS: 3_600, rememberedMax: 10_000 },
  clock,
);

const coupon = new Coupon({
  id: fixture.couponId,
  name: 'bench',
  totalQuantity: 10_000_000,
  perUserLimit: null,
  opensAtMs: 0,
  closesAtMs: Number.MAX_SAFE_INTEGER,
  paused: false,
});
const catalog: Pick<CouponCatalog, 'find'> = {
  find: (id) => Promise.resolve(id === fixture.couponId ? { coupon, quantity: 1 } : null),
};
const stock = { taken: fixture.ordinal - 1, held: new Map(), readAtMs: fixture.issuedAtMs };
const judgeOnly: IssuanceStrategy = {
  issue(claim) {
    const [verdict] = judge(stock, [claim]);
    return verdict === undefined
      ? Promise.reject(new Error('judge gave no verdict'))
      : Promise.resolve(verdict);
  },
};
const remembered = cachedCatalog(catalog, clock, outcomes, {
  staleMs: 1_000,
  staleWhenDownMs: 0,
  entriesMax: 10_000,
});
const issueCoupon = new IssueCoupon(
  remembered,
  judgeOnly,
  { find: () => Promise.resolve(null) },
  clock,
);
const metrics = metricsPage(
  [{ name: 'coupon_issue_outcomes_total', help: 'Answers.', label: 'outcome', counters: outcomes }],
  new MemoryHistograms('coupon_'),
  { strategy: 'nothing' },
);

const routes = [
  ...issueRoutes({ authentication, issueCoupon, clock, outcomes, drain, issueDeadlineMs: 20_000 }),
  ...healthRoutes({ dependencies: () => [], alarms: () => Promise.resolve([]), drain, metrics }),
];
const server = createHttpServer(createApp(routes, log), http, connections);
const { token } = await authentication.sign(fixture.user, 'user');
await listenAndReport(server, token);
