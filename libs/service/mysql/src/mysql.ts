import { NoVerdict, type Clock } from '@coupon/application';
import { BoundedSemaphore } from '@coupon/concurrency';
import { Kysely, MysqlDialect, sql, type MysqlPool } from 'kysely';
import { createPool } from 'mysql2';
import { BoundedPool } from './bounded-pool.js';
import { lookup } from './lookup.js';
import type { Schema } from './schema.js';
import type { MysqlSettings } from './settings.js';

/** Connections reserved for lookups, so that claims waiting for a row never starve them. */
export const LOOKUP_CONNECTIONS = 2;

/**
 * How much longer than the server's own limits a statement may take here: the server ends it first
 * where it can, and the connection stays.
 */
const ANSWER_MARGIN_MS = 250;

/** How long the server may take to close the connections, when the service stops. */
const CLOSE_MS = 1_000;

/** The first probe of an idle connection; the system sends up to ten, a second apart. */
const KEEP_ALIVE_DELAY_MS = 1_000;

/**
 * After this time without a statement MariaDB ends a transaction and its session, so that a COMMIT
 * that arrives later commits nothing. Whole seconds, as the server counts; far longer than this
 * process is ever busy between two statements. MySQL has no such setting.
 */
export const IDLE_TRANSACTION_MAX_MS = 3_000;

/** The service's open database: one bounded connection pool. */
export interface Mysql extends AsyncDisposable {
  readonly db: Kysely<Schema>;
  readonly settings: MysqlSettings;
  readonly clock: Clock;
  /** The queue before the pool: mysql2 itself does not bound the wait for a connection. */
  readonly transactions: BoundedSemaphore;
  /**
   * Resolves when the database answers and takes writes; otherwise rejects with
   * NoVerdict('unavailable').
   */
  ping(): Promise<void>;
}

/**
 * The session's own limits, so that no server default (50 s for a row lock) outlasts our
 * transactions. MariaDB runs the version comments: `max_statement_time` (10.1.1),
 * `idle_transaction_timeout` (10.3.0), and `innodb_snapshot_isolation` off, as before 11.6.2 and in
 * MySQL, so that a plain read behaves the same on all of them.
 */
const sessionSetup = (transactionMaxMs: number): string => {
  const seconds = Math.max(1, Math.floor(transactionMaxMs / 1_000));
  return `SET SESSION innodb_lock_wait_timeout = ${seconds}, time_zone = '+00:00'
    /*M!100101 , max_statement_time = ${transactionMaxMs / 1_000} */
    /*M!100300 , idle_transaction_timeout = ${IDLE_TRANSACTION_MAX_MS / 1_000} */
    /*M!110602 , innodb_snapshot_isolation = OFF */`;
};

/**
 * Opens the pool. It connects on first use, so opening cannot fail; `ping` checks the database.
 * `through` may wrap the pool, to see every statement, BEGIN and COMMIT included.
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
    keepAliveInitialDelay: KEEP_ALIVE_DELAY_MS,
    timezone: 'Z',
    supportBigNumbers: true,
    charset: 'utf8mb4',
    // For runPipelined. External input is always a parameter, never part of a statement.
    multipleStatements: true,
  });
  pool.on('connection', (connection) => {
    connection.query('SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ');
    connection.query(sessionSetup(settings.transactionMaxMs));
  });
  const bounded = new BoundedPool(pool, {
    acquireMs: settings.transactionMaxMs,
    statementMs: settings.transactionMaxMs + ANSWER_MARGIN_MS,
    closeMs: CLOSE_MS,
  });
  const db = new Kysely<Schema>({ dialect: new MysqlDialect({ pool: through(bounded) }) });
  const transactionsMax = Math.max(1, settings.poolMax - LOOKUP_CONNECTIONS);
  return {
    db,
    settings,
    clock,
    transactions: new BoundedSemaphore('database connections', {
      concurrencyMax: transactionsMax,
      queueMax: settings.queueMax,
    }),
    async ping() {
      const { rows } = await lookup(
        sql<{ readOnly: number | string }>`SELECT @@global.read_only AS readOnly`.execute(db),
      );
      if ([0, 'OFF'].includes(rows[0]?.readOnly ?? 'OFF')) return;
      bounded.closeIdle('the server is read-only');
      throw new NoVerdict('unavailable', 'the database is read-only');
    },
    async [Symbol.asyncDispose]() {
      await db.destroy();
    },
  };
}
