import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RequestDeadline } from '@coupon/application';
import { claimId, userId } from '@coupon/domain';
import {
  mysqlStockStore,
  migrate,
  MysqlCatalog,
  mysqlSettings,
  MysqlUsers,
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
    const user =
      (await new MysqlUsers(mysql).add('a@example.org', 'no hash', 'user'))?.id ?? userId(1);
    const { terms } = (
      await new MysqlCatalog(mysql).create({
        name: 'tea',
        totalQuantity: 3_000,
        perUserLimit: null,
        opensAtMs: 0,
        closesAtMs: clock.nowMs() + 3_600_000,
      })
    ).coupon;
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
    const rows = await mysql.db
      .selectFrom('user_coupon')
      .select('ordinal')
      .where('coupon_id', '=', terms.couponId)
      .orderBy('ordinal')
      .execute();
    expect(rows.map(({ ordinal }) => ordinal)).toEqual(
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
