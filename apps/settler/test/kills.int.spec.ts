import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { couponId } from '@coupon/domain';
import {
  migrate,
  MysqlCouponRecords,
  MysqlFixtureStore,
  mysqlSettings,
  openMysql,
  type Mysql,
} from '@coupon/mysql';
import { openRedis, redisSettings } from '@coupon/redis';
import {
  disposableRedis,
  freshDatabase,
  provideServices,
  type DisposableRedis,
} from '@coupon/services';
import { Authentication } from '../../api/src/authentication.js';
import { Crowd } from './crowd.js';
import { buildBoth, Victim } from './victim.js';

const KILLS = 20;
const USERS = 6;
const COUPONS = 40;
const TOTAL = 400;
const secret = 'a secret of at least 32 bytes for the specs';
const clock = { nowMs: () => Date.now() };
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

const opened: AsyncDisposable[] = [];
const keep = <T extends AsyncDisposable>(resource: T): T => {
  opened.unshift(resource);
  return resource;
};
let redis: DisposableRedis;
let mysql: Mysql;
let env: Record<string, string>;
let built: string;

beforeAll(async () => {
  built = buildBoth('kills');
  const { database } = keep(await provideServices({ need: ['database'] }));
  redis = keep(await disposableRedis());
  const fresh = keep(await freshDatabase(database, 'kills'));
  await migrate(fresh.url);
  env = {
    DATABASE_URL: fresh.url,
    REDIS_URL: redis.url,
    REDIS_KEY_PREFIX: `test:${randomUUID()}:`,
    REDIS_COMMAND_MS: '500',
    LOG_LEVEL: 'info',
    MYSQL_TRANSACTION_MAX_MS: '900',
    REDIS_COUNTER_CLAIM_IDLE_MS: '1000',
    LOCK_STRATEGY: 'redis-counter',
    REDIS_COUNTER_SETTLER: 'apart',
    JWT_SECRET: secret,
    PORT: '0',
  };
  mysql = keep(openMysql(mysqlSettings(env), clock));
}, 60_000);
afterAll(async () => {
  for (const resource of opened) await resource[Symbol.asyncDispose]();
});

/** Users with their tokens, and coupons on offer. */
async function prepared(): Promise<{
  readonly tokens: readonly string[];
  readonly coupons: readonly number[];
}> {
  const fixtures = new MysqlFixtureStore(mysql);
  const authentication = new Authentication({ secret, lifetimeS: 3_600, rememberedMax: 10 }, clock);
  const tokens: string[] = [];
  for (const user of await fixtures.createUsers(USERS))
    tokens.push((await authentication.sign(user, 'user')).token);
  const coupons: number[] = [];
  for (let n = 0; n < COUPONS; n += 1) {
    coupons.push((await fixtures.createCoupon(TOTAL)).couponId);
  }
  return { tokens, coupons };
}

/** Resolves when nothing is left to settle. */
async function untilSettled(coupons: readonly number[]): Promise<void> {
  await using connection = await openRedis(redisSettings(env), silent);
  const left = async () =>
    (
      await Promise.all(coupons.map((id) => connection.client.xlen(`{coupon:${id}}:grants`)))
    ).reduce((sum, length) => sum + length, 0);
  for (let tries = 0; (await left()) > 0; tries += 1) {
    if (tries > 150) throw new Error(`${await left()} grants were not settled in 15 s`);
    await sleep(100);
  }
}

const recordOf = async (id: number) => {
  const record = await new MysqlCouponRecords(mysql).read(couponId(id));
  if (record === null) throw new Error(`coupon ${id} has no row`);
  return record;
};

describe('redis-counter, with AOF always', () => {
  it(`kill -9 of settler, API and Redis under load, ${KILLS} times: nothing acknowledged is lost, nothing issued twice or too often`, async () => {
    const { tokens, coupons } = await prepared();
    const [settler, api] = [
      keep(new Victim(join(built, 'main.js'), 'settling', env)),
      keep(new Victim(join(built, 'api.js'), 'listening', env)),
    ];
    await settler.start();
    const url = /http:\/\/[\d.]+:\d+/.exec(await api.start())?.[0] ?? '';
    const restartApi = () => api.start({ PORT: new URL(url).port });
    const crowd = new Crowd(url, tokens, coupons, 8);
    const crowding = crowd.run();

    for (let kill = 0; kill < KILLS; kill += 1) {
      await sleep(150 + Math.random() * 350);
      const [settlerToo, apiToo, redisToo] =
        kill % 7 === 6 ? [true, true, true] : [kill % 3 === 0, kill % 3 === 1, kill % 3 === 2];
      await Promise.all([
        ...(settlerToo ? [settler.kill()] : []),
        ...(apiToo ? [api.kill()] : []),
        ...(redisToo ? [redis.kill()] : []),
      ]);
      if (redisToo) await redis.restart();
      await Promise.all([
        ...(settlerToo ? [settler.start()] : []),
        ...(apiToo ? [restartApi()] : []),
      ]);
    }
    await sleep(500);
    crowd.stop();
    await crowding;
    const unanswered = crowd.open.length;
    for (let tries = 0; crowd.open.length > 0 && tries < 20; tries += 1) await crowd.askAgain();
    await untilSettled(coupons);
    await Promise.all([api.stop(), settler.stop()]);

    const records = new Map(
      await Promise.all(coupons.map(async (id) => [id, await recordOf(id)] as const)),
    );
    for (const [id, { remaining, grants }] of records) {
      const ordinals = grants.map(({ ordinal }) => ordinal).sort((a, b) => a - b);
      expect(ordinals).toEqual(grants.map((_, n) => n + 1));
      expect(remaining).toBe(TOTAL - grants.length);
      if (crowd.soldOut.has(id)) expect(grants).toHaveLength(TOTAL);
    }
    const rows = new Map<string, string>(
      [...records].flatMap(([id, { grants }]) =>
        grants.map((grant) => [grant.claimId, `${id} ${grant.ordinal}`] as const),
      ),
    );
    const lost = crowd.acknowledged.filter(
      ({ claimId, couponId: id, ordinal }) => rows.get(claimId) !== `${id} ${ordinal}`,
    );
    const sent = new Set(crowd.sent.map(({ claimId }) => claimId));
    expect({
      lost,
      open: crowd.open.length,
      faults: crowd.faults,
      unsent: [...rows.keys()].filter((id) => !sent.has(id)),
    }).toEqual({ lost: [], open: 0, faults: [], unsent: [] });
    expect(
      settler.lines.concat(api.lines).filter((line) => /grants lost|crash|disagree/.test(line)),
    ).toEqual([]);
    // Otherwise it was no load: claims were granted all along, and some were cut off.
    expect(crowd.acknowledged.length).toBeGreaterThan(1_000);
    expect(unanswered).toBeGreaterThan(KILLS / 2);
  }, 180_000);
});
