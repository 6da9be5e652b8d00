import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RequestDeadline } from '@coupon/application';
import {
  sql,
  type Kysely,
  type MysqlPool,
  type MysqlPoolConnection,
  type MysqlQueryResult,
} from 'kysely';
import { mysqlSettings, openMysql, runTransaction, type Schema } from '../src/index.js';
import { clock, openMysqlFixture, type MysqlFixture } from './mysql-fixture.js';

let fixture: MysqlFixture;
beforeAll(async () => {
  fixture = await openMysqlFixture('replica');
}, 60_000);
afterAll(async () => fixture[Symbol.asyncDispose]());

const connectionId = async (db: Kysely<Schema>) =>
  (await sql<{ id: number }>`SELECT CONNECTION_ID() AS id`.execute(db)).rows[0]?.id;

describe('a primary that lives on as a replica', () => {
  it.each([1290, 1836, 1792])(
    'answers a write with errno %i, and every connection to it is left',
    async (errno) => {
      const over = fixture.open({ MYSQL_POOL_MAX: '2' });
      const [one, two] = await Promise.all([
        over.db.connection().execute(async (session) => {
          await sleep(50);
          return connectionId(session);
        }),
        connectionId(over.db),
      ]);
      using deadline = new RequestDeadline(clock, 1_000);
      await expect(
        runTransaction(
          over,
          (transaction) =>
            sql`SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = ${sql.lit(errno)}`.execute(transaction),
          deadline,
        ),
      ).rejects.toMatchObject({ kind: 'unavailable' });
      await Promise.all(
        [1, 2].map(() =>
          over.db.connection().execute(async (session) => {
            await sleep(50);
            expect([one, two]).not.toContain(await connectionId(session));
          }),
        ),
      );
    },
  );

  it('is not ready, and is left by readiness too', async () => {
    const server = { readOnly: false };
    await using over = openMysql(
      mysqlSettings({ DATABASE_URL: fixture.url, MYSQL_POOL_MAX: '1' }),
      clock,
      (pool) => readOnlyWhen(pool, () => server.readOnly),
    );
    await over.ping();
    const before = await connectionId(over.db);
    server.readOnly = true;
    await expect(over.ping()).rejects.toMatchObject({ kind: 'unavailable' });
    server.readOnly = false;
    expect(await connectionId(over.db)).not.toBe(before);
    await over.ping();
  });
});

/**
 * Changes only what the server says of itself: other tests use the same server, and one that is
 * read-only is so for all of them.
 */
function readOnlyWhen(pool: MysqlPool, isReadOnly: () => boolean): MysqlPool {
  type Callback = (error: unknown, result: MysqlQueryResult) => void;
  const wrapped = (raw: MysqlPoolConnection): MysqlPoolConnection => {
    function query(text: string, parameters: unknown[]): never;
    function query(text: string, parameters: unknown[], callback: Callback): void;
    function query(text: string, parameters: unknown[], callback?: Callback): void {
      if (callback === undefined) throw new Error('no query is streamed here');
      const asked = isReadOnly() ? text.replace('@@global.read_only', '1') : text;
      raw.query(asked, parameters, callback);
    }
    return { query, release: () => raw.release() };
  };
  return {
    end: (callback) => pool.end(callback),
    getConnection: (callback) => pool.getConnection((error, raw) => callback(error, wrapped(raw))),
  };
}
