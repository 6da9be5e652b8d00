import { randomUUID } from 'node:crypto';
import { openTogether, type CouponRecords, type FixtureStore } from '@coupon/application';
import { migrate, MysqlCouponRecords, MysqlFixtureStore } from '@coupon/mysql';
import { openResources, resourceSettings, silentLog, type OpenResources } from '@coupon/runtime';
import { freshDatabase, provideServices } from '@coupon/services';

/** A migrated database, a Redis key prefix, and what the specs read and write there themselves. */
export interface SettlerFixture {
  /** The environment of a settler, and of an API that leaves settling to it. */
  readonly env: Readonly<Record<string, string>>;
  readonly resources: OpenResources;
  readonly records: CouponRecords;
  readonly fixtures: FixtureStore;
}

/** Opens a fixture on the Redis at `redisUrl`; disposing drops its database. */
export function openSettlerFixture(
  name: string,
  redisUrl: string,
  overrides: Readonly<Record<string, string>> = {},
): Promise<SettlerFixture & AsyncDisposable> {
  return openTogether(async (stack) => {
    const { database } = stack.use(await provideServices({ need: ['database'] }));
    const fresh = stack.use(await freshDatabase(database, name));
    await migrate(fresh.url);
    const env = {
      DATABASE_URL: fresh.url,
      REDIS_URL: redisUrl,
      REDIS_KEY_PREFIX: `test:${randomUUID()}:`,
      REDIS_COUNTER_SETTLER: 'apart',
      ...overrides,
    };
    const settings = await resourceSettings(env);
    const resources = stack.use(openResources(settings, { log: silentLog }));
    return {
      env,
      resources,
      records: new MysqlCouponRecords(resources.mysql),
      fixtures: new MysqlFixtureStore(resources.mysql),
    };
  });
}
