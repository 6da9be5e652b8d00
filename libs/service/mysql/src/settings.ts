import { readSettings } from '@coupon/application';

/** How the service uses the database. */
export interface MysqlSettings {
  /** mysql://user:password@host:port/database */
  readonly url: string;
  /**
   * Connections at most. Ten, as in the original (HikariCP), because more contend for the same row
   * without going faster.
   */
  readonly poolMax: number;
  /** Claims that may wait for a connection. */
  readonly queueMax: number;
  /** How long a new connection may take. */
  readonly connectMs: number;
  /** The longest that one transaction may take, from BEGIN to the answer of COMMIT. */
  readonly transactionMaxMs: number;
}

const isMysqlUrl = (value: string): boolean =>
  URL.canParse(value) &&
  ['mysql:', 'mariadb:'].includes(new URL(value).protocol) &&
  new URL(value).pathname.length > 1;

/** Reads DATABASE_URL and MYSQL_*. Throws ConfigFaults. */
export function mysqlSettings(env: NodeJS.ProcessEnv): MysqlSettings {
  return readSettings(env, (read) => ({
    url: read.text('DATABASE_URL', {
      fallback: '',
      accepts: isMysqlUrl,
      allowed: 'mysql://user:password@host:port/database',
      secret: true,
    }),
    poolMax: read.integer('MYSQL_POOL_MAX', { fallback: 10, min: 1, max: 1_000 }),
    queueMax: read.integer('MYSQL_QUEUE_MAX', { fallback: 10_000, min: 0, max: 1_000_000 }),
    connectMs: read.integer('MYSQL_CONNECT_MS', { fallback: 2_000, min: 50, max: 60_000 }),
    transactionMaxMs: read.integer('MYSQL_TRANSACTION_MAX_MS', {
      fallback: 4_000,
      min: 100,
      max: 60_000,
    }),
  }));
}
