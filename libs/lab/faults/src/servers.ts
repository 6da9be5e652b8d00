import { randomBytes } from 'node:crypto';
import {
  openTogether,
  systemClock,
  type CouponRecords,
  type FixtureStore,
} from '@coupon/application';
import type { UserId } from '@coupon/domain';
import {
  migrate,
  MysqlCouponRecords,
  MysqlFixtureStore,
  mysqlSettings,
  openMysql,
} from '@coupon/mysql';
import {
  disposableDatabase,
  disposableRedis,
  type DisposableServer,
  type RedisPersistence,
} from '@coupon/services';
import { Redis } from 'ioredis';
import { createConnection, type Connection } from 'mysql2/promise';

/** How many users claim in a cell. */
const USERS = 50;
const CONNECT_MS = 5_000;

/**
 * A database and Redis processes that belong to one lane of cells, and what the lab itself reads
 * and writes there. Nothing of it goes through a proxy.
 */
export interface Servers {
  readonly database: DisposableServer;
  /** The URL of the service's own user, who has no right to administer the server. */
  readonly databaseUrl: string;
  /** The Redis with that persistence; it is started when it is first asked for. */
  redis(persistence: RedisPersistence): Promise<DisposableServer>;
  readonly users: readonly UserId[];
  readonly fixtures: FixtureStore;
  readonly records: CouponRecords;
  /** Runs a statement as the administrator, on a connection of its own. */
  sql(statement: string, values?: readonly (string | number)[]): Promise<readonly unknown[]>;
  /** A connection of the administrator; the caller ends it by `destroy`. */
  connect(): Promise<Connection>;
}

/**
 * Starts the database, in a folder of `parentFolder` where that is given, and creates the schema
 * and the users. Rejects with ServiceError.
 */
export const openServers = (
  options: { readonly parentFolder?: string } = {},
): Promise<Servers & AsyncDisposable> =>
  openTogether(async (stack) => {
    const database = stack.use(await disposableDatabase(options));
    await migrate(database.url);
    const sql = (statement: string, values: readonly (string | number)[] = []) =>
      administer(database.url, statement, values);
    const databaseUrl = await createServiceUser(database.url, sql);
    const mysql = stack.use(
      openMysql(mysqlSettings({ DATABASE_URL: database.url, MYSQL_POOL_MAX: '2' }), systemClock),
    );
    const fixtures = new MysqlFixtureStore(mysql);
    const started = new Map<RedisPersistence, Promise<DisposableServer>>();
    return {
      database,
      databaseUrl,
      redis(persistence: RedisPersistence) {
        const known = started.get(persistence);
        if (known !== undefined) return known;
        const server = disposableRedis(persistence).then((redis) => stack.use(redis));
        started.set(persistence, server);
        return server;
      },
      users: await fixtures.createUsers(USERS),
      fixtures,
      records: new MysqlCouponRecords(mysql),
      sql,
      connect: () => connect(database.url),
    };
  });

/** Without SUPER: `read_only` and `max_connections` do not bind an administrator. */
async function createServiceUser(url: string, sql: Servers['sql']): Promise<string> {
  const password = randomBytes(18).toString('hex');
  await sql(`CREATE USER 'service'@'127.0.0.1' IDENTIFIED BY '${password}'`);
  await sql(`GRANT ALL PRIVILEGES ON coupon_race.* TO 'service'@'127.0.0.1'`);
  const own = new URL(url);
  own.username = 'service';
  own.password = password;
  return own.href;
}

const connect = (url: string): Promise<Connection> =>
  createConnection({ uri: url, connectTimeout: CONNECT_MS });

async function administer(
  url: string,
  statement: string,
  values: readonly (string | number)[],
): Promise<readonly unknown[]> {
  const connection = await connect(url);
  try {
    const [rows] = await connection.query(statement, [...values]);
    return Array.isArray(rows) ? rows : [];
  } finally {
    connection.destroy();
  }
}

/** Calls `work` with an administrator's connection to the Redis at `url`. */
export async function withRedis<T>(url: string, work: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  client.on('error', () => undefined); // connect() rejects too
  try {
    await client.connect();
    return await work(client);
  } finally {
    if (client.status !== 'end') client.disconnect();
  }
}
