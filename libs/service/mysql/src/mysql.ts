import type { Clock } from '@coupon/application';
import { BoundedSemaphore } from '@coupon/concurrency';
import { Kysely, MysqlDialect, sql, type MysqlPool } from 'kysely';
import { createPool } from 'mysql2';
import { asNoVerdict } from './errors.js';
import type { Schema } from './schema.js';
import type { MysqlSettings } from './settings.js';

/**
 * Lookups keep this many connections for themselves, so that claims waiting for a row never starve
 * them.
 */
const LOOKUP_CONNECTIONS = 2;

/** The database as the service holds it open: one pool, bounded. */
export interface Mysql extends AsyncDisposable {
  readonly db: Kysely<Schema>;
  readonly settings: MysqlSettings;
  readonly clock: Clock;
  /** The line before the pool: mysql2 itself knows no bound on the wait for a connection. */
  readonly transactions: BoundedSemaphore;
  /** Resolves when the database answers; rejects with NoVerdict('unavailable') when not. */
  ping(): Promise<void>;
}

/**
 * A session's own bounds, so that no server default (50 s for a row lock) outlives our
 * transactions. The version comments are MariaDB's: `max_statement_time` (10.1.1), and
 * `innodb_snapshot_isolation` off, as before 11.6.2 and as in MySQL, so that a plain read behaves
 * alike on all of them.
 */
const sessionSetup = (transactionMaxMs: number): string => {
  const seconds = Math.max(1, Math.floor(transactionMaxMs / 1_000));
  return `SET SESSION innodb_lock_wait_timeout = ${seconds}, time_zone = '+00:00'
    /*M!100101 , max_statement_time = ${transactionMaxMs / 1_000} */ /*M!110602 , innodb_snapshot_isolation = OFF */`;
};

/**
 * Opens the pool. Nothing is connected before the first use, so this cannot fail; `ping` tells
 * whether the database is there. `through` may put something between the query builder and the
 * pool, which then sees every statement, BEGIN and COMMIT too.
 */
export function openMysql(
  settings: MysqlSettings,
  clock: Clock,
  through: (pool: MysqlPool) => MysqlPool = (pool) => pool,
): Mysql {
  const pool = createPool({
    uri: settings.url,
    connectionLimit: settings.poolMax,
    maxIdle: settings.poolMax,
    queueLimit: settings.queueMax + settings.poolMax,
    connectTimeout: settings.connectMs,
    timezone: 'Z',
    supportBigNumbers: true,
    charset: 'utf8mb4',
    // for runPipelined; what comes from outside is always a parameter, never a part of a
    // statement
    multipleStatements: true,
  });
  pool.on('connection', (connection) => {
    connection.query('SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ');
    connection.query(sessionSetup(settings.transactionMaxMs));
  });
  const db = new Kysely<Schema>({ dialect: new MysqlDialect({ pool: through(pool) }) });
  const insideMax = Math.max(1, settings.poolMax - LOOKUP_CONNECTIONS);
  return {
    db,
    settings,
    clock,
    transactions: new BoundedSemaphore('database connections', {
      concurrencyMax: insideMax,
      queueMax: settings.queueMax,
    }),
    async ping() {
      await sql`SELECT 1`.execute(db).catch((error: unknown) => {
        throw asNoVerdict(error);
      });
    },
    async [Symbol.asyncDispose]() {
      await db.destroy();
    },
  };
}
