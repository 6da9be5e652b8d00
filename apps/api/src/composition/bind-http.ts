import { metricsPage } from '@coupon/telemetry';
import type { Container } from 'inversify';
import { createApp } from '../app.js';
import { Drain } from '../drain.js';
import { createHttpServer } from '../http-server.js';
import { OpenConnections } from '../open-connections.js';
import { Reads } from '../reads.js';
import { authRoutes } from '../routes/auth.js';
import { couponRoutes } from '../routes/coupons.js';
import { healthRoutes } from '../routes/health.js';
import { issueRoutes } from '../routes/issue.js';
import { meRoutes } from '../routes/me.js';
import { keys } from './service-keys.js';

/** Binds everything between the use cases and the socket. */
export function bindHttp(container: Container): void {
  container
    .bind(keys.connections)
    .toResolvedValue(
      ({ http }) => new OpenConnections(http.connectionsPerAddressMax),
      [keys.settings],
    );
  container
    .bind(keys.drain)
    .toResolvedValue(
      ({ http: { drainNoticeMs, drainDeadlineMs } }, connections, log) =>
        new Drain({ noticeMs: drainNoticeMs, deadlineMs: drainDeadlineMs }, connections, log),
      [keys.settings, keys.connections, keys.log],
    );
  bindMetrics(container);
  bindRoutes(container);
  container
    .bind(keys.app)
    .toResolvedValue(
      (log, issue, ...others) => createApp([...issue, ...others.flat()], log),
      [
        keys.log,
        keys.issueRoutes,
        keys.couponRoutes,
        keys.meRoutes,
        keys.authRoutes,
        keys.healthRoutes,
      ],
    );
  container
    .bind(keys.server)
    .toResolvedValue(
      ({ http }, app, connections) => createHttpServer(app, http, connections),
      [keys.settings, keys.app, keys.connections],
    );
}

function bindMetrics(container: Container): void {
  container.bind(keys.metrics).toResolvedValue(
    ({ plugin }, outcomes, events, meter) =>
      metricsPage(
        [
          {
            name: 'coupon_issue_outcomes_total',
            help: 'Responses of the issue route, by outcome.',
            label: 'outcome',
            counters: outcomes,
          },
          {
            name: 'coupon_events_total',
            help: 'Events inside the strategy, such as lost leases.',
            label: 'event',
            counters: events,
          },
        ],
        meter,
        { strategy: plugin.name },
      ),
    [keys.settings, keys.outcomes, keys.events, keys.meter],
  );
}

function bindRoutes(container: Container): void {
  container.bind(keys.issueRoutes).toResolvedValue(
    (authentication, issueCoupon, clock, outcomes, drain, { http }) =>
      issueRoutes({
        authentication,
        issueCoupon,
        clock,
        outcomes,
        drain,
        issueDeadlineMs: http.issueDeadlineMs,
      }),
    [keys.authentication, keys.issueCoupon, keys.clock, keys.outcomes, keys.drain, keys.settings],
  );
  container.bind(keys.reads).toResolvedValue((clock) => new Reads(clock), [keys.clock]);
  container
    .bind(keys.couponRoutes)
    .toResolvedValue(
      (createCoupon, getCoupon, listCoupons, reads, authentication) =>
        couponRoutes({ createCoupon, getCoupon, listCoupons, reads, authentication }),
      [keys.createCoupon, keys.getCoupon, keys.listCoupons, keys.reads, keys.authentication],
    );
  container
    .bind(keys.meRoutes)
    .toResolvedValue(
      (listMyCoupons, reads, authentication) => meRoutes({ listMyCoupons, reads, authentication }),
      [keys.listMyCoupons, keys.reads, keys.authentication],
    );
  container
    .bind(keys.authRoutes)
    .toResolvedValue((signUp, logIn) => authRoutes({ signUp, logIn }), [keys.signUp, keys.logIn]);
  container
    .bind(keys.healthRoutes)
    .toResolvedValue(
      (dependencies, alarms, drain, metrics) =>
        healthRoutes({ dependencies, alarms, drain, metrics }),
      [keys.dependencies, keys.alarms, keys.drain, keys.metrics],
    );
}
