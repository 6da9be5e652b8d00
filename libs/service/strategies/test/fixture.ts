import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll } from '@jest/globals';
import {
  DisposalStack,
  NoVerdict,
  RequestDeadline,
  systemClock,
  type Clock,
  type IssuanceStrategy,
} from '@coupon/application';
import {
  claimId,
  userId,
  type ClaimId,
  type Terms,
  type UserId,
  type Verdict,
} from '@coupon/domain';
import {
  mysqlStockStore,
  migrate,
  MysqlCatalog,
  mysqlSettings,
  MysqlUsers,
  openMysql,
  type Mysql,
} from '@coupon/mysql';
import { openRedis, redisSettings, type RedisConnection } from '@coupon/redis';
import { freshDatabase, provideServices } from '@coupon/services';
import { pluginNamed, type Resources, type Warnings } from '../src/index.js';

/** The strategy whose specs run, by CONFORMANCE_STRATEGY. */
export const chosenStrategy = process.env['CONFORMANCE_STRATEGY'] ?? '';

/** The system's clocks. */
export const clock = systemClock;
/** Clocks of a process in which `aheadMs()` passed while its wall clock was set back one hour. */
export const steppedClock = (aheadMs: () => number): Clock => ({
  nowMs: () => clock.nowMs() - (aheadMs() > 0 ? 3_600_000 : 0),
  monotonicMs: () => clock.monotonicMs() + aheadMs(),
});
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** A database of its own, a Redis prefix of its own, and what the specs do with them. */
export interface StrategyFixture {
  readonly mysql: Mysql;
  readonly redis: RedisConnection;
  /** Four users; the first of them is `user`. */
  readonly users: readonly UserId[];
  readonly user: UserId;
  /** The resources that the service would provide, for specs that change a part of them. */
  readonly resources: Resources;
  /** Events that strategies counted, in their order. */
  readonly counted: string[];
  /** A coupon that is open now. */
  coupon(totalQuantity: number, perUserLimit?: number | null): Promise<Terms>;
  /** Opens a strategy as another process would: over its own pool and its own Redis connection. */
  open(
    name: string,
    env?: Record<string, string>,
    ownClock?: Clock,
  ): Promise<IssuanceStrategy & Warnings & AsyncDisposable>;
  /** One more connection to Redis, or to another one. */
  connectRedis(env?: Record<string, string>): Promise<RedisConnection>;
  /** The coupon's rows, once every grant is recorded. */
  rowsOf(terms: Terms): Promise<{
    quantity: number;
    rows: readonly { claim_id: string; ordinal: number; user_id: number }[];
  }>;
}

/**
 * Sets up a fixture on real services before the tests of a spec, and afterwards drops the database
 * and closes everything that was opened by it. Its members exist only while tests run.
 */
export function strategyFixture(): StrategyFixture {
  let opened: (StrategyFixture & AsyncDisposable) | undefined;
  beforeAll(async () => {
    opened = await openFixture();
  }, 60_000);
  afterAll(async () => {
    await opened?.[Symbol.asyncDispose]();
  });
  const current = (): StrategyFixture => {
    if (opened === undefined) throw new Error('the fixture is open only while tests run');
    return opened;
  };
  return {
    get mysql() {
      return current().mysql;
    },
    get redis() {
      return current().redis;
    },
    get users() {
      return current().users;
    },
    get user() {
      return current().user;
    },
    get resources() {
      return current().resources;
    },
    get counted() {
      return current().counted;
    },
    coupon: (totalQuantity, perUserLimit) => current().coupon(totalQuantity, perUserLimit),
    open: (name, env, ownClock) => current().open(name, env, ownClock),
    connectRedis: (env) => current().connectRedis(env),
    rowsOf: (terms) => current().rowsOf(terms),
  };
}

/** The resources that a process with these connections provides to its strategies. */
function resourcesOf(
  own: Pick<Resources, 'mysql'> & { readonly redis: RedisConnection },
  counted: string[],
  ownClock: Clock = clock,
): Resources {
  return {
    mysql: own.mysql,
    stockStore: mysqlStockStore(own.mysql),
    meter: { observe: () => undefined },
    redis: () => Promise.resolve(own.redis),
    clock: ownClock,
    log: silent,
    counters: { count: (event) => counted.push(event) },
  };
}

async function createUsers(mysql: Mysql): Promise<readonly UserId[]> {
  const directory = new MysqlUsers(mysql);
  return Promise.all(
    [1, 2, 3, 4].map(async (n) =>
      userId((await directory.add(`${n}@example.org`, 'no hash', 'user'))?.id ?? 0),
    ),
  );
}

/** The coupon's rows, once a write-behind strategy has emptied its stream of unrecorded grants. */
async function rowsOf(mysql: Mysql, { client }: RedisConnection, { couponId }: Terms) {
  while ((await client.xlen(`{coupon:${couponId}}:grants`)) > 0) await sleep(10);
  const { quantity } = await mysql.db
    .selectFrom('coupons')
    .select('quantity')
    .where('id', '=', couponId)
    .executeTakeFirstOrThrow();
  const rows = await mysql.db
    .selectFrom('user_coupon')
    .select(['claim_id', 'ordinal', 'user_id'])
    .where('coupon_id', '=', couponId)
    .orderBy('ordinal')
    .execute();
  return { quantity, rows };
}

async function openFixture(): Promise<StrategyFixture & AsyncDisposable> {
  const opened = new DisposalStack();
  const services = opened.use(await provideServices({ need: ['database', 'redis'] }));
  const database = opened.use(await freshDatabase(services.database, 'strategies'));
  const base = {
    DATABASE_URL: database.url,
    REDIS_URL: services.redis.url,
    REDIS_KEY_PREFIX: `test:${randomUUID()}:`,
  };
  await migrate(database.url);
  const connectRedis = async (env: Record<string, string> = {}) =>
    opened.use(await openRedis(redisSettings({ ...base, ...env }), silent));
  const connect = async (env: Record<string, string> = {}) => ({
    mysql: opened.use(openMysql(mysqlSettings({ ...base, ...env }), clock)),
    redis: await connectRedis(env),
  });
  const own = await connect();
  const counted: string[] = [];
  const users = await createUsers(own.mysql);
  const [user] = users;
  if (user === undefined) throw new Error('the fixture has users');
  return {
    ...own,
    users,
    user,
    counted,
    resources: resourcesOf(own, counted),
    async coupon(totalQuantity, perUserLimit = null) {
      const { coupon } = await new MysqlCatalog(own.mysql).create({
        name: 'tea',
        totalQuantity,
        perUserLimit,
        opensAtMs: 0,
        closesAtMs: clock.nowMs() + 3_600_000,
      });
      return coupon.terms;
    },
    async open(name, env = {}, ownClock = clock) {
      const openStrategy = pluginNamed(name).configure({ ...base, ...env });
      return opened.use(await openStrategy(resourcesOf(await connect(env), counted, ownClock)));
    },
    connectRedis,
    rowsOf: (terms) => rowsOf(own.mysql, own.redis, terms),
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}

/** One claim with its own deadline. */
export async function claim(
  strategy: IssuanceStrategy,
  terms: Terms,
  user: UserId,
  id: ClaimId = claimId(randomUUID()),
  waitMs = 20_000,
): Promise<Verdict> {
  using deadline = new RequestDeadline(clock, waitMs);
  return await strategy.issue({ id, terms, user }, deadline);
}

/** How a claim ended: the verdict's kind, the kind of its NoVerdict, or the error's name. */
export const outcomeOf = (claimed: Promise<{ readonly kind: string }>): Promise<string> =>
  claimed.then(
    ({ kind }) => kind,
    (error: unknown) => {
      if (error instanceof NoVerdict) return error.kind;
      return error instanceof Error ? error.name : 'not an error';
    },
  );

/** The numbers from 1 to `n`. */
export const upTo = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i + 1);

/** The key of a coupon's lock in Redis. */
export const lockKeyOf = ({ couponId }: Terms): string => `{coupon:${couponId}}:lock`;

/** `count` claims at once, dealt to `strategies` and `users` in turn: how each of them ended. */
export function rush(
  strategies: readonly IssuanceStrategy[],
  terms: Terms,
  users: readonly UserId[],
  count: number,
): Promise<readonly (Verdict | NoVerdict)[]> {
  const one = async (n: number): Promise<Verdict | NoVerdict> => {
    const strategy = strategies[n % strategies.length];
    const user = users[n % users.length];
    if (strategy === undefined || user === undefined)
      throw new Error('a rush needs strategies and users');
    try {
      return await claim(strategy, terms, user);
    } catch (error) {
      if (error instanceof NoVerdict) return error;
      throw error;
    }
  };
  return Promise.all(Array.from({ length: count }, (_, n) => one(n)));
}
