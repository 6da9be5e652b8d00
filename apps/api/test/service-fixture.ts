import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll } from '@jest/globals';
import {
  openTogether,
  systemClock,
  type CouponRecords,
  type DisposalStack,
  type FixtureStore,
} from '@coupon/application';
import {
  migrate,
  MysqlCouponRecords,
  MysqlFixtureStore,
  mysqlSettings,
  openMysql,
} from '@coupon/mysql';
import { freshDatabase, provideServices } from '@coupon/services';
import { composeService } from '../src/composition/compose-service.js';
import { listen } from '../src/http-server.js';
import { serviceSettings } from '../src/settings.js';
import { seedAdmin } from '../src/startup.js';
import {
  apiClient,
  createCoupon,
  logIn,
  signUp,
  type ApiResponse,
  type Call,
} from './api-client.js';

/** The secret that signs the tokens of the specs. */
export const jwtSecret = 'a secret of at least 32 bytes for the specs';
/** The administrator that the service adds at startup. */
export const admin = { email: 'admin@example.org', password: 'correct horse battery' };
/** The user that `serviceWithUsers` signs up. */
export const kim = { email: 'kim@example.org', password: 'long enough' };

/** A migrated database and a Redis key prefix, and services that run on them in this process. */
export interface ServiceFixture extends AsyncDisposable {
  /** The environment of a service on these servers. */
  readonly env: Readonly<Record<string, string>>;
  /** What is in the database. */
  readonly records: CouponRecords;
  readonly fixtures: FixtureStore;
  /** Starts a service that listens on a free port; it stops with the fixture. */
  startService(env?: Record<string, string>): Promise<StartedService>;
}

/** A service in this process. */
export interface StartedService {
  readonly url: string;
  readonly call: Call;
  /** Drains it: what SIGTERM does to a service in a process of its own. */
  readonly stop: () => Promise<void>;
}

/** Opens a fixture; disposing stops its services and drops its database. */
export const openServiceFixture = (): Promise<ServiceFixture> => openTogether(fixtureOn);

async function fixtureOn(
  opened: DisposalStack,
): Promise<Omit<ServiceFixture, keyof AsyncDisposable>> {
  const services = opened.use(await provideServices({ need: ['database', 'redis'] }));
  const database = opened.use(await freshDatabase(services.database, 'api'));
  await migrate(database.url);
  const env = {
    DATABASE_URL: database.url,
    REDIS_URL: services.redis.url,
    REDIS_KEY_PREFIX: `test:${randomUUID()}:`,
    JWT_SECRET: jwtSecret,
    ADMIN_EMAIL: admin.email,
    ADMIN_PASSWORD: admin.password,
    PORT: '0',
    LOG_LEVEL: 'silent',
    DRAIN_NOTICE_MS: '0',
    CATALOG_STALE_MS: '0',
  };
  const mysql = opened.use(openMysql(mysqlSettings({ ...env, MYSQL_POOL_MAX: '2' }), systemClock));
  return {
    env,
    records: new MysqlCouponRecords(mysql),
    fixtures: new MysqlFixtureStore(mysql),
    async startService(overrides = {}) {
      const settings = await serviceSettings({ ...env, ...overrides });
      const service = opened.use(await composeService(settings));
      const stop = (): Promise<void> => service.drain.stop(service.server);
      opened.use({ [Symbol.asyncDispose]: stop });
      if (settings.http.admin !== null) await seedAdmin(service, settings.http.admin);
      const url = await listen(service.server, settings.http);
      return { url, call: apiClient(url), stop };
    },
  };
}

/** The fixture of a spec file: open while its tests run, and closed after them. */
export const serviceFixture = (): (() => ServiceFixture) => whileTestsRun(openServiceFixture);

/** A service in this process with an administrator and a user who are logged in. */
export interface ServiceWithUsers {
  readonly url: string;
  readonly call: Call;
  readonly adminToken: string;
  readonly userToken: string;
}

/** Starts a service on the fixture, logs the administrator in and signs `kim` up. */
export async function startServiceWithUsers(
  fixture: ServiceFixture,
  env: Record<string, string> = {},
): Promise<ServiceWithUsers> {
  const { url, call } = await fixture.startService(env);
  return { url, call, adminToken: await logIn(call, admin), userToken: await signUp(call, kim) };
}

/** A fixture with one service that runs, and what specs ask of it. */
export interface FixtureWithUsers extends ServiceFixture, ServiceWithUsers {
  /** Creates a coupon that is open now, and resolves with its id. */
  create(totalQuantity: number, fields?: Record<string, unknown>): Promise<number>;
  /** Claims a coupon, as the user unless another token is given. */
  issue(
    id: number | string,
    headers?: Record<string, string>,
    token?: string,
  ): Promise<ApiResponse>;
}

/** As `serviceFixture`, with a service on it: the administrator logged in, `kim` signed up. */
export const serviceWithUsers = (): (() => FixtureWithUsers) =>
  whileTestsRun(() =>
    openTogether(async (opened) => {
      const fixture = opened.use(await openServiceFixture());
      const service = await startServiceWithUsers(fixture);
      const { call, adminToken, userToken } = service;
      return {
        ...fixture,
        ...service,
        create: (totalQuantity: number, fields?: Record<string, unknown>) =>
          createCoupon(call, adminToken, totalQuantity, fields),
        issue: (id: number | string, headers: Record<string, string> = {}, token = userToken) =>
          call('POST', `/api/v1/coupons/${id}/issue`, { token, headers }),
      };
    }),
  );

function whileTestsRun<Fixture extends AsyncDisposable>(
  open: () => Promise<Fixture>,
): () => Fixture {
  let fixture: Fixture | undefined;
  beforeAll(async () => {
    fixture = await open();
  }, 60_000);
  afterAll(async () => {
    await fixture?.[Symbol.asyncDispose]();
  });
  return () => {
    if (fixture === undefined) throw new Error('the fixture is open only while tests run');
    return fixture;
  };
}
