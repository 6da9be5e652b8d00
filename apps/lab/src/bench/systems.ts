import { execFile, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { sessionSchema } from '@coupon/http-contract';
import { migrate, mysqlSettings, openMysql } from '@coupon/mysql';
import { freshDatabase, type ServerService } from '@coupon/services';
import { sql } from 'kysely';
import { z } from 'zod';
import { startApi } from '../run/api-process.js';
import { apiFolder } from '../run/paths.js';
import { newCoupon, post } from '../run/seed.js';

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
    await fill(mysql.db, await couponOf(course.oldRows), course.oldRows);

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
      audit: () => damageOf(mysql.db, [id], 1, 1),
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
      quiet: () => untilQuiet(mysql.db),
      audit: (granted) => damageOf(mysql.db, ids, granted, STOCK),
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
async function untilQuiet(db: Db): Promise<void> {
  const untilMs = Date.now() + QUIET_WITHIN_MS;
  for (let last = -1; Date.now() < untilMs; await sleep(QUIET_MS)) {
    const { highest } = await db
      .selectFrom('user_coupon')
      .select(({ fn }) => fn.max('id').as('highest'))
      .executeTakeFirstOrThrow();
    if (Number(highest) === last) return;
    last = Number(highest);
  }
}

type Db = ReturnType<typeof openMysql>['db'];

/**
 * What is wrong with the rows of these coupons: lost updates, numbers given twice or left out,
 * fewer rows than 200s. More rows than 200s are right: the load generator leaves without waiting
 * for its last answers.
 */
async function damageOf(
  db: Db,
  ids: readonly number[],
  granted: number,
  stock: number,
): Promise<readonly string[]> {
  const wrong: string[] = [];
  let rows = 0;
  for (const id of ids) {
    const coupon = await db
      .selectFrom('coupons')
      .select('quantity')
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    const seen = await sql<{ n: number; different: number; highest: number | null }>`
      SELECT COUNT(*) AS n, COUNT(DISTINCT ordinal) AS different, MAX(ordinal) AS highest FROM user_coupon WHERE coupon_id = ${id}`.execute(
      db,
    );
    const { n = 0, different = 0, highest = 0 } = seen.rows[0] ?? {};
    rows += Number(n);
    if (coupon.quantity !== stock - Number(n))
      wrong.push(`coupon ${id}: quantity ${coupon.quantity} where ${stock - Number(n)} is due`);
    if (Number(different) !== Number(n) || Number(highest ?? 0) !== Number(n))
      wrong.push(`coupon ${id}: ${n} rows, ${different} numbers, the highest ${highest}`);
  }
  if (rows < granted) wrong.push(`${granted} answers of 200, but ${rows} rows`);
  return wrong;
}

/** Rows that one statement copies: a larger transaction would only be slower. */
const FILL_STEP = 100_000;

/**
 * Fills the table with rows of one coupon, in the database itself: a thousand made, the rest
 * copied. Their claim ids rise with time, as those do that the service makes itself.
 */
async function fill(db: Db, coupon: number, rows: number): Promise<void> {
  const { id: user } = await db.selectFrom('users').select('id').executeTakeFirstOrThrow();
  const claimOf = sql`CONCAT('01900000-', INSERT(LPAD(HEX(k), 8, '0'), 5, 0, '-'), '-8000-000000000000')`;
  const columns = sql`INSERT INTO user_coupon (coupon_id, user_id, ordinal, claim_id, issued_at)`;
  // a recursive query goes no deeper by default (MariaDB and MySQL)
  const first = Math.min(rows, 1_000);
  await sql`${columns} WITH RECURSIVE n AS (SELECT 1 AS k UNION ALL SELECT k + 1 FROM n WHERE k < ${first}) SELECT ${coupon}, ${user}, k, ${claimOf}, NOW(3) FROM n`.execute(
    db,
  );
  for (let have = first; have < rows;) {
    const step = Math.min(have, rows - have, FILL_STEP);
    await sql`${columns} SELECT ${coupon}, ${user}, k, ${claimOf}, NOW(3) FROM (SELECT ordinal + ${have} AS k FROM user_coupon WHERE coupon_id = ${coupon} AND ordinal <= ${step}) AS copied`.execute(
      db,
    );
    have += step;
  }
  await db.updateTable('coupons').set({ quantity: 0 }).where('id', '=', coupon).execute();
}
