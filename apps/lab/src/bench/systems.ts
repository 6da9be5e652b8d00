import { execFile, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { startApi } from '@coupon/api-process';
import type { CouponRecords } from '@coupon/application';
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
import { newCoupon, post } from '../run/seed.js';
import { rowDamage } from './row-damage.js';

/**
 * What one measured load is about: where it goes, what the right answer is, and how its rows are
 * judged.
 */
export interface Target {
  readonly paths: readonly string[];
  /** The right answer: 200, or a refusal with 409. */
  readonly right: 'granted' | 'refused';
  /** Resolves once no claim of a load that has ended is still being recorded. */
  quiet(): Promise<void>;
  /**
   * Once all is quiet: what is wrong with the rows, given how many 200s were counted; [] when
   * nothing is.
   */
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

const told = z.object({ port: z.int(), token: z.string() });
const run = promisify(execFile);

/**
 * One of apps/api/bench: `raw-server` (bare node:http) or `issue-server` (the shipped route over a
 * strategy that does nothing).
 */
export async function fixtureSystem(
  name: string,
  file: 'raw-server' | 'issue-server',
): Promise<SystemUnderTest> {
  const bench = join(apiFolder, 'bench', `${file}.ts`);
  const built = join(apiFolder, 'dist/bench', `${file}.js`);
  await run(process.execPath, [join(apiFolder, 'bundle.mjs'), bench, built]);
  const child = fork(built, { execArgv: [], env: { ...process.env, NODE_ENV: 'production' } });
  const [message]: unknown[] = await once(child, 'message');
  const { port, token } = told.parse(message);
  return {
    name,
    url: `http://127.0.0.1:${port}`,
    token,
    pid: child.pid,
    target: () =>
      Promise.resolve({
        paths: ['/api/v1/coupons/7/issue'],
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
}

/** What a strategy is measured on. */
export interface BenchEnvironment {
  readonly database: ServerService;
  readonly redis: ServerService;
  /** Where its log goes. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

/** How a strategy's targets are made. */
export interface WorkloadOptions {
  /**
   * Coupons that a load is spread over, by Zipf's law: the k-th is asked for in proportion to 1/k.
   */
  readonly coupons?: number;
  /** The coupon is sold out before the load begins. */
  readonly soldOut?: boolean;
  /** Processes that serve the port together (API_WORKERS). */
  readonly workers?: number;
  /** Rows of another coupon that stand in user_coupon before anything begins. */
  readonly oldRows?: number;
}

const STOCK = 10_000_000;
/** Paths that stand for the shares of a load; more would only be finer. */
const SHARES = 1_000;

/**
 * The shipped service with its default settings and `LOCK_STRATEGY=strategy`, on a fresh database.
 */
export async function strategySystem(
  name: string,
  strategy: string,
  ground: BenchEnvironment,
  course: WorkloadOptions = {},
): Promise<SystemUnderTest> {
  const fresh = await freshDatabase(ground.database, 'bench');
  await migrate(fresh.url);
  const mysql = openMysql(
    mysqlSettings({ DATABASE_URL: fresh.url, MYSQL_TRANSACTION_MAX_MS: '60000' }),
    { nowMs: () => Date.now() },
  );
  const records = new MysqlCouponRecords(mysql);
  const api = await startApi({
    strategy,
    databaseUrl: fresh.url,
    redisUrl: ground.redis.url,
    redisKeyPrefix: `coupon-race:${randomUUID()}:`,
    logFile: join(ground.folder, `${name.replace(/\W+/g, '-')}.api.log`),
    signal: ground.signal,
    env: { API_WORKERS: String(course.workers ?? 1) },
  });
  const { token } = await post(`${api.url}/api/v1/auth/login`, api.admin, sessionSchema);
  const couponOf = async (stock: number): Promise<number> =>
    newCoupon(api.url, token, 'bench', stock);
  if (course.oldRows !== undefined)
    await new MysqlFixtureStore(mysql).fillGrants(
      couponId(await couponOf(course.oldRows)),
      course.oldRows,
    );

  const soldOut = async (): Promise<Target> => {
    const id = await couponOf(1);
    const path = `/api/v1/coupons/${id}/issue`;
    await fetch(`${api.url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
    });
    return {
      paths: [path],
      right: 'refused',
      quiet: () => Promise.resolve(),
      audit: () => rowDamage(records, [id], 1, 1),
    };
  };
  const open = async (): Promise<Target> => {
    const ids: number[] = [];
    for (let n = 0; n < (course.coupons ?? 1); n += 1) ids.push(await couponOf(STOCK));
    const weights = ids.map((_, k) => 1 / (k + 1));
    const all = weights.reduce((sum, weight) => sum + weight, 0);
    const paths = ids.flatMap((id, k) =>
      Array.from(
        { length: Math.max(1, Math.round((SHARES * (weights[k] ?? 0)) / all)) },
        () => `/api/v1/coupons/${id}/issue`,
      ),
    );
    return {
      paths,
      right: 'granted',
      quiet: () => untilQuiet(records),
      audit: (granted) => rowDamage(records, ids, granted, STOCK),
    };
  };
  return {
    name,
    url: api.url,
    token,
    pid: api.child.pid,
    target: course.soldOut === true ? soldOut : open,
    async [Symbol.asyncDispose]() {
      await api.stop();
      await mysql[Symbol.asyncDispose]();
      await fresh[Symbol.asyncDispose]();
    },
  };
}

const QUIET_MS = 400;
const QUIET_WITHIN_MS = 30_000;

/**
 * The claims that a load generator walked away from are still seen through: waits until no new row
 * comes.
 */
async function untilQuiet(records: CouponRecords): Promise<void> {
  const untilMs = Date.now() + QUIET_WITHIN_MS;
  for (let last = -1; Date.now() < untilMs; await sleep(QUIET_MS)) {
    const latest = await records.latestGrantId();
    if (latest === last) return;
    last = latest;
  }
}
