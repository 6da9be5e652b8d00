import { execFile, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { startApi } from '@coupon/api-process';
import { systemClock, type CouponRecords } from '@coupon/application';
import { couponId } from '@coupon/domain';
import { sessionSchema } from '@coupon/http-contract';
import {
  migrate,
  MysqlCouponRecords,
  MysqlFixtureStore,
  mysqlSettings,
  openMysql,
} from '@coupon/mysql';
import { freshDatabase, type ServerService } from '@coupon/services';
import { z } from 'zod';
import { apiFolder } from '../run/paths.js';
import { UserError } from '../run/user-error.js';
import { createCoupon, post } from '../run/seed.js';
import { rowDamage } from './row-damage.js';

/** The target of one load: its paths, the right answer, and the check of its rows. */
export interface Target {
  readonly paths: readonly string[];
  /** The right answer: 200, or 409. */
  readonly right: 'granted' | 'refused';
  /** Resolves once no claim of a load that has ended is still being recorded. */
  quiet(): Promise<void>;
  /** The damage in the rows once all is quiet, given the number of 200s; [] when there is none. */
  audit(granted: number): Promise<readonly string[]>;
}

/** A server under measurement, in a process of its own. */
export interface SystemUnderTest extends AsyncDisposable {
  readonly name: string;
  readonly url: string;
  readonly token: string;
  readonly pid: number | undefined;
  /** A fresh target, so that no load inherits the rows of another. */
  target(): Promise<Target>;
}

const readySchema = z.object({
  port: z.int(),
  token: z.string(),
  answer: z.string(),
  path: z.string(),
});
const uuid = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/;
const run = promisify(execFile);

/**
 * One of apps/api/bench: `raw-server` (bare node:http) or `issue-server` (the shipped route over a
 * strategy that only judges). Rejects with UserError when its answer is not the expected one.
 */
export async function fixtureSystem(
  name: string,
  file: 'raw-server' | 'issue-server',
): Promise<SystemUnderTest> {
  const bench = join(apiFolder, 'bench', `${file}.ts`);
  const built = join(apiFolder, 'dist/bench', `${file}.js`);
  await run(process.execPath, [join(apiFolder, 'bundle.mjs'), bench, built]);
  const child = fork(built, { execArgv: [], env: { ...process.env, NODE_ENV: 'production' } });
  const { port, token, answer, path } = readySchema.parse((await once(child, 'message')).at(0));
  const url = `http://127.0.0.1:${port}`;
  const system: SystemUnderTest = {
    name,
    url,
    token,
    pid: child.pid,
    target: () =>
      Promise.resolve({
        paths: [path],
        right: 'granted',
        quiet: () => Promise.resolve(),
        audit: () => Promise.resolve([]),
      }),
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
  const fault = await answerFault(`${url}${path}`, token, answer);
  if (fault === null) return system;
  await system[Symbol.asyncDispose]();
  throw new UserError(`${name} ${fault}`);
}

/** Compares a system's answer with the expected one, but for the claim id; null when they match. */
async function answerFault(url: string, token: string, expected: string): Promise<string | null> {
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(url, { method: 'POST', headers });
  const text = await response.text();
  const isExpected =
    response.status === 200 && text.replace(uuid, '') === expected.replace(uuid, '');
  return isExpected ? null : `answers ${response.status} ${text} instead of ${expected}`;
}

/** The servers that a strategy is measured on. */
export interface BenchEnvironment {
  readonly database: ServerService;
  readonly redis: ServerService;
  /** The folder of the API's log. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

/** The coupons and processes of a load. */
export interface WorkloadOptions {
  /**
   * The number of coupons, claimed by Zipf's law: the k-th in proportion to 1/k.
   */
  readonly coupons?: number;
  /** The coupon is sold out before the load begins. */
  readonly soldOut?: boolean;
  /** Processes that share the port (API_WORKERS). */
  readonly workers?: number;
  /** Rows of another coupon in user_coupon before the load. */
  readonly oldRows?: number;
}

const STOCK = 10_000_000;
/** The resolution of the coupons' shares, in paths. */
const SHARES = 1_000;

/**
 * The shipped service with its default settings and `LOCK_STRATEGY=strategy`, on a fresh database.
 */
export async function strategySystem(
  name: string,
  strategy: string,
  environment: BenchEnvironment,
  workload: WorkloadOptions = {},
): Promise<SystemUnderTest> {
  const fresh = await freshDatabase(environment.database, 'bench');
  await migrate(fresh.url);
  const mysql = openMysql(
    mysqlSettings({ DATABASE_URL: fresh.url, MYSQL_TRANSACTION_MAX_MS: '60000' }),
    systemClock,
  );
  const records = new MysqlCouponRecords(mysql);
  const api = await startApi({
    strategy,
    databaseUrl: fresh.url,
    redisUrl: environment.redis.url,
    redisKeyPrefix: `coupon-race:${randomUUID()}:`,
    logFile: join(environment.folder, `${name.replace(/\W+/g, '-')}.api.log`),
    signal: environment.signal,
    env: { API_WORKERS: String(workload.workers ?? 1) },
  });
  const { token } = await post(`${api.url}/api/v1/auth/login`, api.admin, sessionSchema);
  const service: LoadedService = {
    url: api.url,
    token,
    records,
    createCoupon: (stock) => createCoupon(api.url, token, 'bench', stock),
  };
  if (workload.oldRows !== undefined)
    await new MysqlFixtureStore(mysql).fillGrants(
      couponId(await service.createCoupon(workload.oldRows)),
      workload.oldRows,
    );
  return {
    name,
    url: api.url,
    token,
    pid: api.child.pid,
    target: () =>
      workload.soldOut === true ? soldOutTarget(service) : openTarget(service, workload.coupons),
    async [Symbol.asyncDispose]() {
      await api.stop();
      await mysql[Symbol.asyncDispose]();
      await fresh[Symbol.asyncDispose]();
    },
  };
}

interface LoadedService {
  readonly url: string;
  readonly token: string;
  readonly records: CouponRecords;
  readonly createCoupon: (stock: number) => Promise<number>;
}

const pathOf = (id: number): string => `/api/v1/coupons/${id}/issue`;

/** A coupon that is sold out before the load. */
async function soldOutTarget(service: LoadedService): Promise<Target> {
  const id = await service.createCoupon(1);
  await fetch(`${service.url}${pathOf(id)}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${service.token}` },
  });
  return {
    paths: [pathOf(id)],
    right: 'refused',
    quiet: () => Promise.resolve(),
    audit: () => rowDamage(service.records, [id], 1, 1),
  };
}

/** Coupons that outlast the load, claimed by Zipf's law. */
async function openTarget(service: LoadedService, coupons = 1): Promise<Target> {
  const ids: number[] = [];
  while (ids.length < coupons) ids.push(await service.createCoupon(STOCK));
  const weights = ids.map((_, k) => 1 / (k + 1));
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  const sharesOf = (weight: number): number => Math.max(1, Math.round((SHARES * weight) / all));
  return {
    paths: ids.flatMap((id, k) =>
      Array.from({ length: sharesOf(weights[k] ?? 0) }, () => pathOf(id)),
    ),
    right: 'granted',
    quiet: () => untilQuiet(service.records),
    audit: (granted) => rowDamage(service.records, ids, granted, STOCK),
  };
}

const QUIET_MS = 400;
const QUIET_WITHIN_MS = 30_000;

/** Waits until no new row comes: the service completes claims that the load generator abandoned. */
async function untilQuiet(records: CouponRecords): Promise<void> {
  const untilMs = performance.now() + QUIET_WITHIN_MS;
  let last = -1;
  while (performance.now() < untilMs) {
    const latest = await records.latestGrantId();
    if (latest === last) return;
    last = latest;
    await sleep(QUIET_MS);
  }
}
