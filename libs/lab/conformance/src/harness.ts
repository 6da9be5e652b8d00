import { randomUUID } from 'node:crypto';
import {
  openTogether,
  type CouponRecord,
  type GrantArchive,
  type RivalTransaction,
} from '@coupon/application';
import { userId, type Terms, type UserId } from '@coupon/domain';
import {
  migrate,
  MysqlCouponRecords,
  MysqlFixtureStore,
  MysqlGrants,
  mysqlSettings,
  openMysql,
} from '@coupon/mysql';
import { freshDatabase, provideServices } from '@coupon/services';
import type { Plugin } from '@coupon/strategies';
import { administratorOf, type Administrator } from './administrator.js';
import { clock } from './clients/answer.js';
import type { Endpoints } from './clients/endpoints.js';
import { openWorker, workerPool, type ProxiedWorker } from './clients/proxied-worker.js';
import {
  openInstance,
  type InstanceOptions,
  type ServiceInstance,
} from './clients/service-instance.js';
import { leasesOf, shortLeases, type LeaseTimes } from './short-leases.js';

/**
 * A database and a Redis prefix for one plugin, and what scenarios do with them. Disposing ends
 * everything that was opened on it.
 */
export interface Harness extends AsyncDisposable {
  readonly plugin: Plugin;
  readonly grants: GrantArchive;
  readonly users: readonly UserId[];
  /** A user that does not exist. */
  readonly nobody: UserId;
  /** Settings that make the plugin's leases short. */
  readonly shortLeases: Readonly<Record<string, string>>;
  /** The same, with leases that outlast a short transaction by seconds. */
  readonly longerLeases: Readonly<Record<string, string>>;
  /** The same, with leases of that length around transactions of at most that time. */
  leases(times: LeaseTimes): Readonly<Record<string, string>>;
  /**
   * The same, with leases that outlast the scenario around transactions of at most that time, so
   * that nothing gets on because a lease has ended. Where grants are recorded behind: `longerLeases`,
   * as a worker that is gone is replaced at the end of one.
   */
  lastingLeases(transactionMaxMs: number): Readonly<Record<string, string>>;
  /** Creates a coupon that is open now. */
  createCoupon(totalQuantity: number, perUserLimit?: number | null): Promise<Terms>;
  /** Changes coupons by SQL, past the strategy. */
  readonly administrator: Administrator;
  /** Opens an instance of the strategy; `await using` closes it, and disposing the harness too. */
  open(options?: InstanceOptions): Promise<ServiceInstance>;
  /**
   * `count` living processes with short leases; the same ones at every call, except those that were
   * killed. The first two share what they keep in Redis with each other and with instances; the
   * others share it with nobody until they get a peer.
   */
  workers(count: number): Promise<readonly ProxiedWorker[]>;
  /** The coupon's rows at this moment. */
  read(terms: Terms): Promise<CouponRecord>;
  /**
   * Locks the coupon's row, as another client of the database might, until the result is called.
   */
  holdRow(terms: Terms): Promise<() => Promise<void>>;
  /** Begins a transaction of another client of the database. */
  beginRival(): Promise<RivalTransaction>;
}

const USERS = 40;
/** Many instances that open at once may wait for a busy machine. */
const PATIENT_CONNECTS = { REDIS_CONNECT_MS: '5000', MYSQL_CONNECT_MS: '5000' };
/** Much longer than the longest transaction of the kit's short settings. */
const LONGER = { leaseMs: 4_500, transactionMaxMs: 1_000 };
/** Longer than any claim of the kit waits. */
const LASTING_LEASE_MS = 30_000;

/** Sets up a harness on real services; `env` are settings of the strategy for all its instances. */
export const openHarness = (
  plugin: Plugin,
  env: Readonly<Record<string, string>> = {},
): Promise<Harness> =>
  openTogether(async (stack) => {
    const services = stack.use(await provideServices({ need: ['database', 'redis'] }));
    const database = stack.use(await freshDatabase(services.database, 'conformance'));
    await migrate(database.url);
    const settings = mysqlSettings({ DATABASE_URL: database.url, MYSQL_POOL_MAX: '20' });
    const mysql = stack.use(openMysql(settings, clock));
    const fixtures = new MysqlFixtureStore(mysql);
    const records = new MysqlCouponRecords(mysql);
    const prefix = `kit:${randomUUID().slice(0, 8)}:`;
    const base = { REDIS_KEY_PREFIX: prefix, ...PATIENT_CONNECTS, ...env };
    const endpoints: Endpoints = { databaseUrl: database.url, redisUrl: services.redis.url, base };
    const prefixOf = (worker: number): string => (worker < 2 ? prefix : `${prefix}${worker}:`);
    return {
      plugin,
      grants: new MysqlGrants(mysql),
      users: await fixtures.createUsers(USERS),
      nobody: userId(999_999_999),
      shortLeases: shortLeases(plugin),
      longerLeases: leasesOf(plugin, LONGER),
      leases: (times: LeaseTimes) => leasesOf(plugin, times),
      lastingLeases: (transactionMaxMs: number) =>
        leasesOf(
          plugin,
          plugin.guarantees.recordedOnReturn
            ? { leaseMs: LASTING_LEASE_MS, transactionMaxMs }
            : LONGER,
        ),
      createCoupon: (totalQuantity: number, perUserLimit: number | null = null) =>
        fixtures.createCoupon(totalQuantity, { perUserLimit }),
      administrator: administratorOf(mysql),
      open: async (options?: InstanceOptions) =>
        stack.use(await openInstance(plugin, endpoints, options)),
      workers: workerPool(async (n) => stack.use(await openWorker(plugin, endpoints, prefixOf(n)))),
      async read({ couponId }: Terms) {
        const record = await records.read(couponId);
        if (record === null) throw new Error(`coupon ${couponId} has no row`);
        return record;
      },
      holdRow: ({ couponId }: Terms) => fixtures.holdCoupon(couponId),
      beginRival: () => fixtures.beginRival(),
    };
  });
