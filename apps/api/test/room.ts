import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import type { CouponRecords, FixtureStore } from '@coupon/application';
import {
  migrate,
  MysqlCouponRecords,
  MysqlFixtureStore,
  mysqlSettings,
  openMysql,
} from '@coupon/mysql';
import { freshDatabase, provideServices } from '@coupon/services';
import { seedAdmin } from '../src/startup.js';
import { composeService } from '../src/composition/compose-service.js';
import { listen } from '../src/http-server.js';
import { serviceSettings } from '../src/settings.js';

/** Signs the tokens of the specs. */
export const jwtSecret = 'a secret of at least 32 bytes for the specs';
/** The admin that the service makes sure of at its start. */
export const admin = { email: 'admin@example.org', password: 'correct horse battery' };

/** An answer as a client sees it. */
export interface Seen {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: unknown;
}

export type Call = (
  method: string,
  path: string,
  init?: {
    readonly token?: string;
    readonly json?: unknown;
    readonly body?: string | ReadableStream;
    readonly headers?: Record<string, string>;
  },
) => Promise<Seen>;

/** Calls the server at `url`, with a JSON body where `json` is given. */
export const caller =
  (url: string): Call =>
  async (method, path, { token, json, body, headers = {} } = {}) => {
    const all: Record<string, string> = {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    };
    const sent = json === undefined ? body : JSON.stringify(json);
    const init: RequestInit = {
      method,
      headers: all,
      ...(sent === undefined ? {} : { body: sent }),
      ...(sent instanceof ReadableStream ? { duplex: 'half' } : {}),
    };
    const response = await fetch(`${url}${path}`, init);
    const text = await response.text();
    const isJson =
      response.headers.get('content-type')?.startsWith('application/json') === true && text !== '';
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson ? JSON.parse(text) : undefined,
    };
  };

/** A migrated database and a Redis prefix of the specs' own. */
export interface Room extends AsyncDisposable {
  readonly env: Readonly<Record<string, string>>;
  /** The service in this process, really listening; closed with the room. */
  serve(env?: Record<string, string>): Promise<{ readonly url: string; readonly call: Call }>;
  /** What the database has recorded. */
  readonly records: CouponRecords;
  readonly fixtures: FixtureStore;
}

/** Opens a room; its end takes away the database and whatever serves in it. */
export async function openRoom(): Promise<Room> {
  const opened: (() => PromiseLike<unknown>)[] = [];
  const services = await provideServices({ need: ['database', 'redis'] });
  opened.unshift(() => services[Symbol.asyncDispose]());
  const database = await freshDatabase(services.database, 'api');
  opened.unshift(() => database[Symbol.asyncDispose]());
  await migrate(database.url);
  const mysql = openMysql(mysqlSettings({ DATABASE_URL: database.url, MYSQL_POOL_MAX: '2' }), {
    nowMs: () => Date.now(),
  });
  opened.unshift(() => mysql[Symbol.asyncDispose]());
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
  return {
    env,
    records: new MysqlCouponRecords(mysql),
    fixtures: new MysqlFixtureStore(mysql),
    async serve(own = {}) {
      const settings = await serviceSettings({ ...env, ...own });
      const service = await composeService(settings);
      opened.unshift(async () => {
        await service.drain.stop(service.server);
        await service[Symbol.asyncDispose]();
      });
      if (settings.http.admin !== null) await seedAdmin(service, settings.http.admin);
      const url = await listen(service.server, settings.http);
      return { url, call: caller(url) };
    },
    async [Symbol.asyncDispose]() {
      for (const close of opened) await close();
    },
  };
}

/** A coupon to be created: open now, `totalQuantity` of it. */
export const openCoupon = (totalQuantity: number, own: Record<string, unknown> = {}) => ({
  name: 'tea',
  totalQuantity,
  perUserLimit: null,
  opensAt: '2020-01-01T00:00:00+09:00',
  closesAt: '2090-01-01T00:00:00Z',
  ...own,
});
