import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { servicesFolder } from '../src/services-folder.js';
import {
  freshDatabase,
  provideServices,
  ServiceError,
  ServiceMissing,
  type Services,
} from '../src/index.js';
import { thisMachine, type Machine } from '../src/machine.js';
import { isAlive, type ProcessIdentity } from '../src/process-identity.js';
import { liveState } from '../src/supervisor-state.js';

// Servers of this spec's own: killing them disturbs nobody.
const root = mkdtempSync(join(tmpdir(), 'coupon-race-services-'));
const env = {
  ...process.env,
  COUPON_RACE_SERVICES_DIR: root,
  DATABASE_URL: undefined,
  REDIS_URL: undefined,
};
const machine: Machine = { ...thisMachine(process.env), env };
// The file of a temporary table that another clone's server uses, in the shared temporary folder.
const shared = join(root, 'shared-tmp');
mkdirSync(shared);
process.env['TMPDIR'] = shared;
const othersTable = join(shared, '#sql-other-clone.MAI');
writeFileSync(othersTable, '');
const folder = servicesFolder(env);

const provide = (): Promise<Services<'database' | 'redis'>> =>
  provideServices({ need: ['database', 'redis'], machine, linger: false });

async function within(limitMs: number, holds: () => boolean): Promise<boolean> {
  const deadlineMs = performance.now() + limitMs;
  while (!holds() && performance.now() < deadlineMs) await sleep(50);
  return holds();
}

/** The supervisor and the servers that are running now. */
function processes(): readonly ProcessIdentity[] {
  const state = liveState(folder);
  if (state === undefined) throw new Error('no supervisor is alive');
  return [state.supervisor, ...Object.values(state.servers).map((server) => server.process)];
}

async function query(url: string, sql: string): Promise<unknown[][]> {
  const connection = await createConnection({ uri: url, rowsAsArray: true });
  try {
    const [rows] = await connection.query<RowDataPacket[][]>(sql);
    return rows;
  } finally {
    connection.destroy();
  }
}

const users: ChildProcess[] = [];

/** Starts another process that uses the services; resolves with what it got. */
async function startUser(): Promise<{ child: ChildProcess; got: unknown }> {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', fileURLToPath(new URL('user-process.ts', import.meta.url))],
    { env, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  users.push(child);
  for await (const line of createInterface({ input: child.stdout }))
    return { child, got: JSON.parse(line) };
  throw new Error('the user process ended without output');
}

async function killUser(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

afterAll(async () => {
  for (const child of users) child.kill('SIGKILL');
  await within(10_000, () => liveState(folder) === undefined);
  // the supervisor withdraws its state before the servers have written their last
  await sleep(1500);
  rmSync(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
});

describe('private servers', () => {
  let services: Services<'database' | 'redis'>;

  beforeAll(async () => {
    services = await provide();
  }, 60_000);

  afterAll(async () => services[Symbol.asyncDispose]());

  it('are durable, in UTC, and large enough', async () => {
    const settings =
      'SELECT @@innodb_flush_log_at_trx_commit, @@max_connections, @@global.time_zone, ' +
      '@@character_set_server';
    expect(await query(services.database.url, settings)).toEqual([[1, 600, '+00:00', 'utf8mb4']]);
  });

  it('keep everything in their own folder', async () => {
    const folders = 'SELECT @@datadir, @@tmpdir';
    const [row] = await query(services.database.url, folders);
    expect(row?.every((path) => String(path).startsWith(root))).toBe(true);
    const redis = new Redis(services.redis.url, { lazyConnect: true });
    expect(await redis.config('GET', 'dir')).toEqual(['dir', join(root, 'redis')]);
    redis.disconnect();
  });

  it('leave another server’s temporary tables alone when they start', () => {
    expect(existsSync(othersTable)).toBe(true);
  });

  it('refuse every login without the password', async () => {
    const url = new URL(services.database.url);
    for (const user of ['root', 'coupon', '']) {
      await expect(query(`mysql://${user}@${url.host}/mysql`, 'SELECT 1')).rejects.toThrow(
        /Access denied/,
      );
    }
  });

  it('are shared by the users of one clone, in whatever process', async () => {
    const again = await provide();
    expect([again.database, again.redis]).toEqual([services.database, services.redis]);
    await again[Symbol.asyncDispose]();
    const other = await startUser();
    expect(other.got).toEqual({ database: services.database.url, redis: services.redis.url });
    await killUser(other.child);
    expect(await query(services.database.url, 'SELECT 1')).toEqual([[1]]);
  });

  it('lend databases that take only themselves away', async () => {
    const databases = async (): Promise<unknown> =>
      query(services.database.url, "SHOW DATABASES LIKE 'coupon\\_race%'");
    const before = await databases();
    const one = await freshDatabase({ url: services.database.url }, 'one');
    const two = await freshDatabase({ url: services.database.url }, 'Two-b');
    await query(two.url, 'CREATE TABLE t (a INT)');
    await one[Symbol.asyncDispose]();
    await one[Symbol.asyncDispose]();
    expect(two.name).toMatch(/^coupon_race_two_b_[0-9a-f]{8}$/);
    expect(await query(two.url, 'SELECT DATABASE(), COUNT(*) FROM t')).toEqual([[two.name, 0]]);
    await two[Symbol.asyncDispose]();
    expect(await databases()).toEqual(before);
    await expect(freshDatabase({ url: services.database.url }, 'x'.repeat(31))).rejects.toThrow(
      RangeError,
    );
  });

  it('that the environment gives are used and left running', async () => {
    const given: Machine = {
      ...machine,
      env: { ...env, DATABASE_URL: services.database.url, REDIS_URL: services.redis.url },
    };
    const lent = await provideServices({
      need: ['database', 'redis'],
      machine: given,
      linger: false,
    });
    expect([lent.database, lent.redis]).toEqual([services.database, services.redis]);
    await lent[Symbol.asyncDispose]();
    expect(await query(services.database.url, 'SELECT 1')).toEqual([[1]]);
  });
});

describe('the end of private servers', () => {
  it('comes within 6 s when their only user is killed by force', async () => {
    const { child } = await startUser();
    const running = processes();
    expect(running).toHaveLength(3);
    await killUser(child);
    expect(await within(6000, () => !running.some(isAlive))).toBe(true);
  }, 60_000);

  it('has come when the last user has disposed of them', async () => {
    const services = await provide();
    const running = processes();
    await services[Symbol.asyncDispose]();
    expect(running.filter(isAlive)).toEqual([]);
  }, 60_000);

  it('comes at once when their start is called off', async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 150); // a start takes about 500 ms
    const attempt = provideServices({
      need: ['database', 'redis'],
      machine,
      linger: false,
      signal: stop.signal,
    });
    await expect(attempt).rejects.toMatchObject({ name: 'AbortError' });
    expect(liveState(folder)).toBeUndefined();
  }, 60_000);

  it('comes to a supervisor killed by force too, and the next user gets new ones', async () => {
    const services = await provide();
    const [supervisor, ...servers] = processes();
    if (supervisor === undefined) throw new Error('no supervisor is alive');
    process.kill(supervisor.pid, 'SIGKILL');
    // until then its state still counts
    expect(await within(1000, () => !isAlive(supervisor))).toBe(true);
    const next = await provide();
    expect(servers.filter(isAlive)).toEqual([]);
    expect(await query(next.database.url, 'SELECT 1')).toEqual([[1]]);
    await services[Symbol.asyncDispose]();
    await next[Symbol.asyncDispose]();
  }, 60_000);

  it('is one end: users that come at the same moment start one supervisor', async () => {
    const both = await Promise.all([startUser(), startUser(), startUser()]);
    expect(new Set(both.map(({ got }) => JSON.stringify(got))).size).toBe(1);
    const running = processes();
    for (const { child } of both) await killUser(child);
    expect(await within(6000, () => !running.some(isAlive))).toBe(true);
  }, 60_000);
});

describe('what cannot be provided', () => {
  const bare: Machine = {
    env: { ...env, COUPON_RACE_INSTALL: 'never', XDG_CACHE_HOME: root },
    folders: [],
  };

  it('is listed in full, with what to install', async () => {
    const attempt = provideServices({
      need: ['database', 'redis', 'k6', 'wrk'],
      machine: bare,
    });
    await expect(attempt).rejects.toThrow(ServiceMissing);
    await expect(attempt).rejects.toMatchObject({ missing: ['database', 'redis', 'k6'] });
    await expect(attempt).rejects.toThrow(
      /mariadb-server-core[^]*redis-server[^]*go install go\.k6\.io[^]*COUPON_RACE_INSTALL=never/,
    );
  });

  it('names the variable that is wrong, and never the password', async () => {
    const wrong: Machine = {
      ...bare,
      env: { ...bare.env, DATABASE_URL: 'mysql://u:hidden@127.0.0.1:1/d', K6_BIN: '/nowhere/k6' },
    };
    const attempt = provideServices({ need: ['database'], machine: wrong });
    await expect(attempt).rejects.toThrow(/DATABASE_URL names 127\.0\.0\.1:1, but: .*ECONNREFUSED/);
    await expect(attempt).rejects.not.toThrow(/hidden/);
    await expect(provideServices({ need: ['k6'], machine: wrong })).rejects.toThrow(ServiceError);
  });
});
