import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RequestDeadline } from '@coupon/application';
import { claimId } from '@coupon/domain';
import {
  mysqlStockStore,
  migrate,
  MysqlCouponRecords,
  MysqlFixtureStore,
  mysqlSettings,
  openMysql,
} from '@coupon/mysql';
import { openRedis, redisSettings } from '@coupon/redis';
import { freshDatabase, provideServices } from '@coupon/services';
import { pluginNamed } from '@coupon/strategies';
import { buildBoth, Victim } from './victim.js';

const clock = { nowMs: () => Date.now() };
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const opened: AsyncDisposable[] = [];
const keep = <T extends AsyncDisposable>(resource: T): T => {
  opened.unshift(resource);
  return resource;
};
let env: Record<string, string>;
let settlerFile: string;

beforeAll(async () => {
  settlerFile = join(buildBoth('settler'), 'main.js');
  const { database, redis } = keep(await provideServices({ need: ['database', 'redis'] }));
  const fresh = keep(await freshDatabase(database, 'settler'));
  await migrate(fresh.url);
  env = {
    DATABASE_URL: fresh.url,
    REDIS_URL: redis.url,
    REDIS_KEY_PREFIX: `test:${randomUUID()}:`,
    REDIS_COUNTER_SETTLER: 'apart',
  };
}, 60_000);
afterAll(async () => {
  for (const resource of opened) await resource[Symbol.asyncDispose]();
});

describe('the settler as a process', () => {
  it('settles at SIGTERM what is left, two of them side by side, each grant once', async () => {
    const mysql = keep(openMysql(mysqlSettings(env), clock));
    const redis = keep(await openRedis(redisSettings(env), silent));
    const strategy = keep(
      await pluginNamed('redis-counter').configure(env)({
        mysql,
        stockStore: mysqlStockStore(mysql),
        redis: () => Promise.resolve(redis),
        clock,
        log: silent,
        counters: { count: () => undefined },
        meter: { observe: () => undefined },
      }),
    );
    const fixtures = new MysqlFixtureStore(mysql);
    const [user] = await fixtures.createUsers(1);
    if (user === undefined) throw new Error('one was created');
    const terms = await fixtures.createCoupon(3_000);
    const settlers = [
      keep(new Victim(settlerFile, 'settling', env)),
      keep(new Victim(settlerFile, 'settling', env)),
    ];
    await Promise.all(settlers.map((settler) => settler.start()));
    await Promise.all(
      Array.from({ length: 2_000 }, async () => {
        using deadline = new RequestDeadline(clock, 20_000);
        await strategy.issue({ id: claimId(randomUUID()), terms, user }, deadline);
      }),
    );
    await Promise.all(settlers.map((settler) => settler.stop()));
    const { grants = [] } = (await new MysqlCouponRecords(mysql).read(terms.couponId)) ?? {};
    expect(grants.map(({ ordinal }) => ordinal).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 2_000 }, (_, n) => n + 1),
    );
    for (const { lines } of settlers) expect(lines.at(-1)).toContain('stopped');
  }, 60_000);

  it('tells all faults of its settings at once, and where it cannot get', async () => {
    await expect(
      new Victim(settlerFile, 'settling', {
        REDIS_URL: 'http://x',
        REDIS_COUNTER_BATCH_MAX: '0',
      }).start(),
    ).rejects.toThrow(
      /DATABASE_URL=[^]*REDIS_URL=[^]*REDIS_COUNTER_BATCH_MAX=0: must be a whole number from 1/,
    );
    await expect(
      new Victim(settlerFile, 'settling', { ...env, REDIS_URL: 'redis://127.0.0.1:1' }).start(),
    ).rejects.toThrow(/cannot start: redis: [^]*REDIS_URL/);
    await expect(
      new Victim(settlerFile, 'settling', { ...env, REDIS_COUNTER_CLAIM_IDLE_MS: '4000' }).start(),
    ).rejects.toThrow(
      /REDIS_COUNTER_CLAIM_IDLE_MS=4000: must be more than MYSQL_TRANSACTION_MAX_MS/,
    );
  });
});
