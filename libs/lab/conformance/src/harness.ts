import { randomUUID } from 'node:crypto';
import {
  DisposalStack,
  IssueCoupon,
  type CouponRecords,
  type FixtureStore,
  type GrantArchive,
  type IssuanceStrategy,
  type RivalTransaction,
} from '@coupon/application';
import { userId, type Terms, type UserId } from '@coupon/domain';
import {
  migrate,
  MysqlCatalog,
  MysqlCouponRecords,
  MysqlFixtureStore,
  MysqlGrants,
  mysqlSettings,
  openMysql,
} from '@coupon/mysql';
import { openRuntime, runtimeSettings, silentLog } from '@coupon/runtime';
import { freshDatabase, provideServices } from '@coupon/services';
import type { Plugin } from '@coupon/strategies';
import type { Books } from './audit.js';
import { answerOf, clock, withPatience, type Client } from './clients/answer.js';
import { shortLeases } from './short-leases.js';
import { startWorker, type WorkerProcess } from './clients/worker-process.js';
import { FaultProxy } from './proxy/fault-proxy.js';

/** The wires between one party and its servers. */
export interface Proxies {
  readonly mysql: FaultProxy;
  readonly redis: FaultProxy;
}

/**
 * A strategy opened in this process as another process would open it: over its own pool, Redis
 * connection and wires.
 */
export interface ServiceInstance extends Client {
  readonly wires: Proxies;
  readonly useCase: IssueCoupon;
  readonly strategy: IssuanceStrategy;
  usedRedis(): boolean;
}

/** A worker process and its wires. */
export interface ProxiedWorker extends WorkerProcess {
  readonly wires: Proxies;
  /** Settings for an instance that is to be its colleague: they share what they keep in Redis. */
  readonly peerEnv: Readonly<Record<string, string>>;
}

/** How an instance differs from the usual one. */
export interface InstanceOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly redisUrl?: string;
}

/**
 * A database and a Redis prefix of one plugin's own, and what trials do with them. Its disposal
 * ends all that was opened on it.
 */
export interface Harness extends AsyncDisposable {
  readonly plugin: Plugin;
  readonly grants: GrantArchive;
  readonly users: readonly UserId[];
  /** A user that does not exist. */
  readonly nobody: UserId;
  /** Settings that make the plugin's leases short. */
  readonly shortLeases: Readonly<Record<string, string>>;
  /** A coupon that is open now. */
  coupon(totalQuantity: number, perUserLimit?: number | null): Promise<Terms>;
  open(wish?: InstanceOptions): Promise<ServiceInstance>;
  /**
   * `count` living processes with short leases; the same ones at every call, but for those that
   * were killed. The first two share what they keep in Redis with each other and with instances;
   * the others are strangers to all, until they get a colleague.
   */
  workers(count: number): Promise<readonly ProxiedWorker[]>;
  /** What the rows say at this moment. */
  books(terms: Terms): Promise<Books>;
  /**
   * Holds the coupon's row, as another user of the database might, until the returned function is
   * called.
   */
  holdRow(terms: Terms): Promise<() => Promise<void>>;
  /** Begins a transaction of another user of the database. */
  beginRival(): Promise<RivalTransaction>;
}

const USERS = 40;

/**
 * Sets up a bench for `plugin` on real services; `env` are settings of the strategy for all of its
 * instances.
 */
export async function openHarness(
  plugin: Plugin,
  env: Readonly<Record<string, string>> = {},
): Promise<Harness> {
  const opened = new DisposalStack();
  try {
    const services = opened.use(await provideServices({ need: ['database', 'redis'] }));
    const database = opened.use(await freshDatabase(services.database, 'conformance'));
    await migrate(database.url);
    const mysql = opened.use(
      openMysql(mysqlSettings({ DATABASE_URL: database.url, MYSQL_POOL_MAX: '20' }), clock),
    );
    const fixtures = new MysqlFixtureStore(mysql);
    const prefix = `kit:${randomUUID().slice(0, 8)}:`;
    const base = { REDIS_KEY_PREFIX: prefix, ...env };
    const places: Endpoints = { databaseUrl: database.url, redisUrl: services.redis.url, base };
    return {
      plugin,
      grants: new MysqlGrants(mysql),
      users: await fixtures.createUsers(USERS),
      nobody: userId(999_999_999),
      shortLeases: shortLeases(plugin),
      ...dbHelpers(fixtures, new MysqlCouponRecords(mysql)),
      open: async (wish) => opened.use(await openInstance(plugin, places, wish)),
      workers: workerPool(async (n) =>
        opened.use(await openWorker(plugin, places, n < 2 ? prefix : `${prefix}${n}:`)),
      ),
      [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
    };
  } catch (error) {
    await opened[Symbol.asyncDispose]();
    throw error;
  }
}

/** What the kit itself does on the database, past all strategies. */
function dbHelpers(
  fixtures: FixtureStore,
  records: CouponRecords,
): Pick<Harness, 'coupon' | 'books' | 'holdRow' | 'beginRival'> {
  return {
    coupon: (totalQuantity, perUserLimit = null) =>
      fixtures.createCoupon(totalQuantity, { perUserLimit }),
    async books({ couponId }) {
      const record = await records.read(couponId);
      if (record === null) throw new Error(`coupon ${couponId} has no row`);
      const { totalQuantity, perUserLimit, remaining, grants } = record;
      return { totalQuantity, perUserLimit, quantity: remaining, rows: grants };
    },
    holdRow: ({ couponId }) => fixtures.holdCoupon(couponId),
    beginRival: () => fixtures.beginRival(),
  };
}

/**
 * Hands out workers, hiring as many as are missing, each for its own place. One trial at a time
 * asks.
 */
function workerPool(hire: (place: number) => Promise<ProxiedWorker>): Harness['workers'] {
  const hired: ProxiedWorker[] = [];
  return (count) =>
    Promise.all(
      Array.from({ length: count }, async (_, n) => {
        const known = hired[n];
        if (known?.isAlive() === true) return known;
        return (hired[n] = await hire(n));
      }),
    );
}

interface Endpoints {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly base: Readonly<Record<string, string>>;
}

async function openProxies({
  databaseUrl,
  redisUrl,
}: Endpoints): Promise<Proxies & AsyncDisposable> {
  const [mysql, redis] = [
    await FaultProxy.open('mysql', databaseUrl),
    await FaultProxy.open('redis', redisUrl),
  ];
  return {
    mysql,
    redis,
    async [Symbol.asyncDispose]() {
      await mysql[Symbol.asyncDispose]();
      await redis[Symbol.asyncDispose]();
    },
  };
}

const environment = (
  wires: Proxies,
  { base }: Endpoints,
  env: Readonly<Record<string, string>> = {},
): Record<string, string> => ({
  ...base,
  ...env,
  DATABASE_URL: wires.mysql.url,
  REDIS_URL: wires.redis.url,
});

async function openInstance(
  plugin: Plugin,
  places: Endpoints,
  wish: InstanceOptions = {},
): Promise<ServiceInstance> {
  const wires = await openProxies({ ...places, redisUrl: wish.redisUrl ?? places.redisUrl });
  const env = environment(wires, places, wish.env);
  // by the trial that opened it, and by the bench for those that were not
  let closed: Promise<void> | undefined;
  try {
    const runtime = await openRuntime(await runtimeSettings(env, plugin), {
      clock,
      log: silentLog,
    });
    const { strategy, resources } = runtime;
    const close = async (): Promise<void> => {
      await runtime[Symbol.asyncDispose]();
      await wires[Symbol.asyncDispose]();
    };
    return {
      wires,
      strategy,
      usedRedis: () => resources.redisInUse() !== undefined,
      useCase: new IssueCoupon(
        new MysqlCatalog(resources.mysql),
        strategy,
        new MysqlGrants(resources.mysql),
        clock,
      ),
      issue: (terms, user, id, waitMs) =>
        withPatience(answerOf(strategy, { id, terms, user }, waitMs), waitMs),
      [Symbol.asyncDispose]: () => (closed ??= close()),
    };
  } catch (error) {
    await wires[Symbol.asyncDispose]();
    throw error;
  }
}

async function openWorker(
  plugin: Plugin,
  places: Endpoints,
  prefix: string,
): Promise<ProxiedWorker> {
  const wires = await openProxies(places);
  const colleague = { REDIS_KEY_PREFIX: prefix };
  try {
    const worker = await startWorker(
      plugin.source ?? plugin.name,
      environment(wires, places, { ...shortLeases(plugin), ...colleague }),
    );
    return {
      ...worker,
      wires,
      peerEnv: colleague,
      async [Symbol.asyncDispose]() {
        await worker[Symbol.asyncDispose]();
        await wires[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await wires[Symbol.asyncDispose]();
    throw error;
  }
}
