import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DisposalStack, systemClock } from '@coupon/application';
import { couponId } from '@coupon/domain';
import { openRedis, redisSettings } from '@coupon/redis';
import { silentLog } from '@coupon/runtime';
import { disposableRedis, type DisposableServer } from '@coupon/services';
import { Authentication } from '../../api/src/authentication.js';
import { ClaimClients } from './claim-clients.js';
import { buildSettlerAndApi, RestartableProcess } from './restartable-process.js';
import { openSettlerFixture, type SettlerFixture } from './settler-fixture.js';

const KILLS = 20;
const USERS = 6;
const COUPONS = 40;
const TOTAL = 400;
const secret = 'a secret of at least 32 bytes for the specs';

const opened = new DisposalStack();
let redis: DisposableServer;
let fixture: SettlerFixture;
let built: string;

beforeAll(async () => {
  built = buildSettlerAndApi('kills');
  redis = opened.use(await disposableRedis());
  fixture = opened.use(
    await openSettlerFixture('kills', redis.url, {
      REDIS_COMMAND_MS: '500',
      LOG_LEVEL: 'info',
      MYSQL_TRANSACTION_MAX_MS: '900',
      REDIS_COUNTER_CLAIM_IDLE_MS: '1000',
      LOCK_STRATEGY: 'redis-counter',
      JWT_SECRET: secret,
      PORT: '0',
    }),
  );
}, 60_000);
afterAll(() => opened[Symbol.asyncDispose]());

/** Creates users, with their tokens, and coupons. */
async function createUsersAndCoupons(): Promise<{
  readonly tokens: readonly string[];
  readonly coupons: readonly number[];
}> {
  const { fixtures } = fixture;
  const authentication = new Authentication(
    { secret, lifetimeS: 3_600, rememberedMax: 10 },
    systemClock,
  );
  const tokens: string[] = [];
  for (const user of await fixtures.createUsers(USERS))
    tokens.push((await authentication.sign(user, 'user')).token);
  const coupons: number[] = [];
  for (let n = 0; n < COUPONS; n += 1) coupons.push((await fixtures.createCoupon(TOTAL)).couponId);
  return { tokens, coupons };
}

/** Resolves when nothing is left to settle. */
async function untilSettled(coupons: readonly number[]): Promise<void> {
  await using connection = await openRedis(redisSettings(fixture.env), silentLog);
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
  const record = await fixture.records.read(couponId(id));
  if (record === null) throw new Error(`coupon ${id} has no row`);
  return record;
};

describe('redis-counter, with AOF always', () => {
  it(`${KILLS} times kill -9 of settler, API and Redis: nothing lost or over-issued`, async () => {
    const { tokens, coupons } = await createUsersAndCoupons();
    const settler = opened.use(
      new RestartableProcess(join(built, 'main.js'), 'settling', fixture.env),
    );
    const api = opened.use(new RestartableProcess(join(built, 'api.js'), 'listening', fixture.env));
    await settler.start();
    const url = /http:\/\/[\d.]+:\d+/.exec(await api.start())?.[0] ?? '';
    const restartApi = () => api.start({ PORT: new URL(url).port });
    const clients = new ClaimClients(url, tokens, coupons, 8);
    const claiming = clients.run();

    for (let kill = 0; kill < KILLS; kill += 1) {
      await sleep(150 + Math.random() * 350);
      const all = kill % 7 === 6;
      const killsSettler = all || kill % 3 === 0;
      const killsApi = all || kill % 3 === 1;
      const killsRedis = all || kill % 3 === 2;
      await Promise.all([
        ...(killsSettler ? [settler.kill()] : []),
        ...(killsApi ? [api.kill()] : []),
        ...(killsRedis ? [redis.kill()] : []),
      ]);
      if (killsRedis) await redis.restart();
      await Promise.all([
        ...(killsSettler ? [settler.start()] : []),
        ...(killsApi ? [restartApi()] : []),
      ]);
    }
    await sleep(500);
    clients.stop();
    await claiming;
    const unanswered = clients.open.length;
    for (let tries = 0; clients.open.length > 0 && tries < 20; tries += 1)
      await clients.retryOpen();
    await untilSettled(coupons);
    await Promise.all([api.stop(), settler.stop()]);

    const records = new Map(
      await Promise.all(coupons.map(async (id) => [id, await recordOf(id)] as const)),
    );
    for (const [id, { remaining, grants }] of records) {
      const ordinals = grants.map(({ ordinal }) => ordinal).sort((a, b) => a - b);
      expect(ordinals).toEqual(grants.map((_, n) => n + 1));
      expect(remaining).toBe(TOTAL - grants.length);
      if (clients.soldOut.has(id)) expect(grants).toHaveLength(TOTAL);
    }
    const rows = new Map<string, string>(
      [...records].flatMap(([id, { grants }]) =>
        grants.map((grant) => [grant.claimId, `${id} ${grant.ordinal}`] as const),
      ),
    );
    const lost = clients.acknowledged.filter(
      ({ claimId, couponId: id, ordinal }) => rows.get(claimId) !== `${id} ${ordinal}`,
    );
    const sent = new Set(clients.sent.map(({ claimId }) => claimId));
    expect({
      lost,
      open: clients.open.length,
      faults: clients.faults,
      unsent: [...rows.keys()].filter((id) => !sent.has(id)),
    }).toEqual({ lost: [], open: 0, faults: [], unsent: [] });
    expect(
      settler.lines.concat(api.lines).filter((line) => /grants lost|crash|disagree/.test(line)),
    ).toEqual([]);
    // Otherwise there was no load: claims were granted throughout, and some were cut off.
    expect(clients.acknowledged.length).toBeGreaterThan(1_000);
    expect(unanswered).toBeGreaterThan(KILLS / 2);
  }, 180_000);
});
