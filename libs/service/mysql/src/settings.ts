import { defineSettings, integer, text } from '@coupon/application';

const isMysqlUrl = (value: string): boolean =>
  URL.canParse(value) &&
  ['mysql:', 'mariadb:'].includes(new URL(value).protocol) &&
  new URL(value).pathname.length > 1;

/** How the service uses the database. Reads DATABASE_URL and MYSQL_*. Throws ConfigFaults. */
export const mysqlSettings = defineSettings({
  url: text('DATABASE_URL', {
    default: null,
    accepts: isMysqlUrl,
    allowed: 'mysql://user:password@host:port/database',
    secret: true,
    about: { en: 'the database', ko: '데이터베이스' },
  }),
  poolMax: integer('MYSQL_POOL_MAX', {
    // as in the original (HikariCP): more contend for the same row without going faster
    default: 10,
    min: 1,
    max: 1_000,
    about: {
      en: "connections to the database, as many as the original's pool had",
      ko: '데이터베이스 연결 수. 원래 실험의 풀과 같습니다',
    },
  }),
  queueMax: integer('MYSQL_QUEUE_MAX', {
    default: 10_000,
    min: 0,
    max: 1_000_000,
    about: {
      en: 'claims that may wait for a connection; further ones are answered 503',
      ko: '연결을 기다릴 수 있는 요청 수. 넘으면 503',
    },
  }),
  connectMs: integer('MYSQL_CONNECT_MS', {
    default: 2_000,
    min: 50,
    max: 60_000,
    unit: 'ms',
    about: { en: 'longest wait for a new connection', ko: '새 연결을 기다리는 최대 시간' },
  }),
  transactionMaxMs: integer('MYSQL_TRANSACTION_MAX_MS', {
    default: 4_000,
    min: 100,
    max: 60_000,
    unit: 'ms',
    about: {
      en: 'longest transaction, from BEGIN to the answer of COMMIT',
      ko: 'BEGIN부터 COMMIT의 응답까지 트랜잭션의 최대 시간',
    },
  }),
});

/** See {@link mysqlSettings}. */
export type MysqlSettings = ReturnType<typeof mysqlSettings>;
