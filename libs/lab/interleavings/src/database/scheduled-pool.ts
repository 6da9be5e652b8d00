import { errnoOf } from '@coupon/mysql';
import type { MysqlPool, MysqlPoolConnection, MysqlQueryResult } from 'kysely';
import type { StatementGate } from '../statement.js';
import { sqlAnswer, sqlStatement } from './sql-statement.js';

/**
 * After these the server has rolled the transaction back by itself: deadlock, and MariaDB's
 * snapshot conflict.
 */
const GONE_ERRNOS: readonly (number | undefined)[] = [1213, 1020];

type Callback = (error: unknown, result: MysqlQueryResult) => void;

/**
 * The same pool, with every statement passing through `turns` before it is sent, BEGIN and COMMIT
 * too: it stands below the query builder, so the code that is explored is the code that is shipped.
 * Streams are refused.
 */
export function scheduledPool(pool: MysqlPool, turns: StatementGate): MysqlPool {
  // the query builder knows its connections by identity
  const seen = new WeakMap<MysqlPoolConnection, MysqlPoolConnection>();
  return {
    end: (callback) => pool.end(callback),
    getConnection(callback) {
      pool.getConnection((error, raw) => {
        if (error) return callback(error, raw);
        const wrapped = seen.get(raw) ?? turnstileConnection(raw, turns);
        seen.set(raw, wrapped);
        callback(error, wrapped);
      });
    },
  };
}

function turnstileConnection(raw: MysqlPoolConnection, turns: StatementGate): MysqlPoolConnection {
  let gone = false;
  const send = async (sql: string, parameters: unknown[]): Promise<MysqlQueryResult> => {
    const asked = sqlStatement(sql, parameters, gone);
    if (asked.text === 'BEGIN') gone = false;
    try {
      return await turns.send(
        asked,
        () => queried(raw, sql, parameters),
        (result) => sqlAnswer(asked, result),
      );
    } catch (error) {
      gone = GONE_ERRNOS.includes(errnoOf(error));
      throw error;
    }
  };
  function query(sql: string, parameters: unknown[]): never;
  function query(sql: string, parameters: unknown[], callback: Callback): void;
  function query(sql: string, parameters: unknown[], callback?: Callback): void {
    if (callback === undefined) throw new Error('a streamed query has no place in a schedule');
    send(sql, parameters).then(
      (result) => callback(null, result),
      (error: unknown) => callback(error, []),
    );
  }
  return { query, release: () => raw.release() };
}

const queried = (
  raw: MysqlPoolConnection,
  sql: string,
  parameters: unknown[],
): Promise<MysqlQueryResult> =>
  new Promise((resolve, reject) =>
    raw.query(sql, parameters, (error, result) => (error ? reject(error) : resolve(result))),
  );
