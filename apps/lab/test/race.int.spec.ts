import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildApi, startApi } from '@coupon/api-process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrate } from '@coupon/mysql';
import { freshDatabase, provideServices, type Services } from '@coupon/services';
import { pluginNamed } from '@coupon/strategies';
import { execa } from 'execa';
import { z } from 'zod';
import { auditOf } from '../src/check/audit-command.js';
import { verdictOn } from '@coupon/checker';
import { checkRun } from '../src/check/check-run.js';
import { historyFile, runK6 } from '../src/run/k6-process.js';
import { root } from '../src/run/paths.js';
import { readProfile } from '../src/run/profiles.js';
import { executeRun } from '../src/run/run.js';
import { rowsOf, historyOf } from '../src/run/read-history.js';
import { seed } from '../src/run/seed.js';
import { sentenceOf } from '../src/output/table.js';

const folder = mkdtempSync(join(tmpdir(), 'coupon-race-lab-'));
const signal = new AbortController().signal;
const progress = { say: () => undefined, now: () => undefined, [Symbol.dispose]: () => undefined };
let services: Services;

beforeAll(async () => {
  services = await provideServices({ need: ['database', 'redis', 'k6'] });
  await buildApi();
}, 300_000);
afterAll(async () => {
  await services[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

describe('a smoke race of two API processes over one database', () => {
  it('breaks what holds only within a process, though one process of it holds', async () => {
    const plugin = pluginNamed('local-mutex');
    const context = { services, folder, progress, signal };
    const smoke = { plugin, profile: readProfile('smoke'), repeat: 1 };
    const run = await executeRun({ ...smoke, instances: 2 }, context);
    expect(run).toMatchObject({ instances: 2, verdict: { holds: true, sound: false } });
    expect(run.rows.duplicateOrdinals).toBeGreaterThan(0);
    expect(sentenceOf(run)).toMatch(/^local-mutex x 2 broke: .* given out before/);
    const alone = await executeRun(smoke, context);
    expect(alone.verdict).toMatchObject({ holds: true, sound: true });
  }, 60_000);
});

describe('kill -9 of the API in the middle of a run', () => {
  it('leaves nothing that the audit cannot explain', async () => {
    if (
      services.database === undefined ||
      services.redis === undefined ||
      services.k6 === undefined
    )
      throw new Error('the services are needed');
    const profile = readProfile('smoke');
    const stem = join(folder, 'killed');
    await using fresh = await freshDatabase(services.database, 'killed');
    await migrate(fresh.url);
    const api = await startApi({
      strategy: 'mysql-for-update',
      databaseUrl: fresh.url,
      redisUrl: services.redis.url,
      redisKeyPrefix: 'killed:',
      logFile: `${stem}.api.log`,
      signal,
    });
    const seeded = await seed(api, 'killed', profile.totalQuantity);
    setTimeout(() => api.child.kill('SIGKILL'), 2_500);
    await runK6({ bin: services.k6.bin, profile, urls: [api.url], seed: seeded, stem, signal });
    const { claims, open } = await historyOf(historyFile(stem));
    const { grants, ...coupon } = await rowsOf(fresh.url, seeded.couponId);
    const found = checkRun({ claims, open, grants, ...coupon });
    const users = new Set([
      ...claims.map(({ userId }) => userId),
      ...grants.map((one) => one.userId),
    ]);
    expect([...users]).toEqual([expect.any(Number)]);
    expect(found.rows.issued).toBeGreaterThan(0);
    expect(found.unknown.claims).toBeGreaterThan(0);
    expect(found.violations).toEqual([]);
    expect(verdictOn(found, pluginNamed('mysql-for-update').guarantees).holds).toBe(true);

    const files = {
      history: historyFile(stem),
      export: `${stem}.export.jsonl`,
      json: `${stem}.audit.json`,
    };
    expect(
      await auditOf({
        coupon: seeded.couponId,
        databaseUrl: fresh.url,
        strategy: 'mysql-for-update',
        ...files,
      }),
    ).toBe(0);
    expect(JSON.parse(readFileSync(files.json, 'utf8'))).toMatchObject({
      rows: found.rows,
      unknown: found.unknown,
      findings: [],
      verdict: { holds: true },
    });
    const [header, ...operations] = readFileSync(files.export, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => z.looseObject({}).parse(JSON.parse(line)));
    expect(header).toMatchObject({
      format: 'coupon-race-history',
      version: 2,
      coupon: { total: profile.totalQuantity, takenBefore: 0, perUser: null },
    });
    expect(operations).toHaveLength(claims.length + open.length);
    expect(operations.filter((line) => line['end'] === null)).toHaveLength(found.unknown.claims);
  }, 60_000);
});

describe('the command line', () => {
  const lab = (...args: string[]) =>
    execa(process.execPath, ['--import', 'tsx', 'apps/lab/src/main.ts', ...args], {
      cwd: root,
      reject: false,
      env: { NODE_OPTIONS: '' },
    });

  it.each([
    [
      ['race', '--strategies', 'no-lok'],
      /LOCK_STRATEGY=no-lok: must be one of no-lock, .*nearest: no-lock/,
    ],
    [
      ['race', '--strategies', 'no-lock', '--profile', 'huge'],
      /--profile.*huge.*Allowed choices are .*smoke/s,
    ],
    [
      ['race', '--strategies', 'no-lock', '--repeats', '1e3'],
      /--repeats.*1e3.*whole number from 1 to 50/,
    ],
    [
      ['race', '--strategies', 'no-lock,./none.mjs,@acme/none'],
      /LOCK_STRATEGY=\.\/none\.mjs: must be a package .*\nLOCK_STRATEGY=@acme\/none: must be/,
    ],
    [
      ['race', '--strategies', 'no-lock', '--instances', '9'],
      /--instances.*9.*whole number from 1 to 8/,
    ],
    [['audit', '--coupon', '-1', '--database-url', 'mysql://x/y'], /--coupon.*-1/],
    [['audit', '--coupon', '1', '--database-url', 'nonsense'], /DATABASE_URL=.*must be mysql:\/\//],
  ])('%j is refused in words', async (args, words) => {
    const { exitCode, stderr } = await lab(...args);
    expect(stderr).toMatch(words);
    expect(stderr).not.toMatch(/ {4}at /);
    expect(exitCode).toBe(1);
  });
});
