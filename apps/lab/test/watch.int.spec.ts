import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { systemClock } from '@coupon/application';
import { tickSchema, type Tick } from '@coupon/results';
import { claimId } from '@coupon/domain';
import { migrate, MysqlFixtureStore, mysqlSettings, openMysql } from '@coupon/mysql';
import { freshDatabase, provideServices, type Services } from '@coupon/services';
import { watchRun } from '../src/run/watch.js';

const folder = mkdtempSync(join(tmpdir(), 'coupon-watch-'));
let services: Services<'database'>;
beforeAll(async () => {
  services = await provideServices({ need: ['database'] });
}, 120_000);
afterAll(async () => {
  await services[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const told = (status: number, reason: string | null, tookMs: number): string =>
  `${JSON.stringify({
    kind: 'claim',
    claimId: randomUUID(),
    startMs: 1_000,
    endMs: 1_000 + tookMs,
    status,
    reason,
    ordinal: null,
  })}\n`;

/** Watches `id` in the background; `next` waits for a tick that matches. */
function watching(databaseUrl: string, id: number, name: string) {
  const stop = new AbortController();
  const ticks: Tick[] = [];
  const files = {
    historyFile: join(folder, `${name}.history.jsonl`),
    watchFile: join(folder, `${name}.watch.jsonl`),
  };
  const ended = watchRun({
    databaseUrl,
    couponId: id,
    ...files,
    everyMs: 20,
    onTick: (tick) => void ticks.push(tick),
    signal: stop.signal,
  });
  const next = async (matches: (tick: Tick) => boolean): Promise<Tick> => {
    for (let tries = 0; tries < 500; tries += 1) {
      const found = ticks.find(matches);
      if (found !== undefined) return found;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`no such tick among ${JSON.stringify(ticks.slice(-3))}`);
  };
  return { ...files, ticks, next, end: () => (stop.abort(), ended) };
}

it('sees answers and rows grow, and the gap that a lost update leaves', async () => {
  await using fresh = await freshDatabase(services.database, 'watch');
  await migrate(fresh.url);
  await using mysql = openMysql(mysqlSettings({ DATABASE_URL: fresh.url }), systemClock);
  const fixtures = new MysqlFixtureStore(mysql);
  const { couponId: id } = await fixtures.createCoupon(10);
  const [user] = await fixtures.createUsers(1);
  if (user === undefined) throw new Error('one was created');
  const watch = watching(fresh.url, id, 'grows');
  expect(await watch.next(() => true)).toMatchObject({
    requests: 0,
    status: {},
    latencyMs: null,
    quantity: 10,
    rows: 0,
  });

  for (const ordinal of [1, 1]) {
    await fixtures.recordGrant({
      couponId: id,
      user,
      ordinal,
      claimId: claimId(randomUUID()),
      issuedAtMs: systemClock.nowMs(),
    });
  }
  await fixtures.setRemaining(id, 9);
  appendFileSync(
    watch.historyFile,
    told(200, null, 4) + told(200, null, 8) + told(503, 'DEADLOCK', 30) + told(0, null, 1),
  );
  const seen = await watch.next(({ requests, rows }) => requests === 4 && rows === 2);
  expect(seen).toMatchObject({
    status: { 0: 1, 200: 2, 503: 1 },
    reasons: { DEADLOCK: 1, NO_ANSWER: 1 },
    quantity: 9,
  });
  expect(await watch.next(({ latencyMs }) => latencyMs !== null)).toMatchObject({
    latencyMs: { med: 8, p95: 30, max: 30 },
  });
  await watch.end();
  expect(watch.ticks.at(-1)).toMatchObject({ requests: 4, ratePerS: 0, latencyMs: null });
  const kept = readFileSync(watch.watchFile, 'utf8')
    .trim()
    .split('\n')
    .map((line) => tickSchema.parse(JSON.parse(line)));
  expect(kept).toEqual(watch.ticks);
}, 60_000);

it('goes on without a database, and ends with a last tick when it is told to', async () => {
  const watch = watching('mysql://nobody:x@127.0.0.1:1/none', 1, 'blind');
  appendFileSync(watch.historyFile, told(200, null, 4));
  expect(await watch.next(({ requests }) => requests === 1)).toMatchObject({
    quantity: null,
    rows: null,
  });
  appendFileSync(watch.historyFile, told(200, null, 4));
  await watch.end();
  expect(watch.ticks.at(-1)?.requests).toBe(2);
}, 60_000);
