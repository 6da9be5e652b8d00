import { errnoOf } from '@coupon/mysql';
import type { MysqlPool, MysqlPoolConnection, MysqlQueryResult } from 'kysely';
import type { StatementGate } from '../statement.js';
import { sqlResult, sqlStatement } from './sql-statement.js';

/** The server rolls the transaction back itself: deadlock, and MariaDB's snapshot conflict. */
const ROLLED_BACK_ERRNOS: readonly (number | undefined)[] = [1213, 1020];

type Callback = (error: unknown, result: MysqlQueryResult) => void;

/**
 * A pool that sends every statement through `gate`, BEGIN and COMMIT too. It is wrapped below the
 * query builder, so that the explored code is the shipped code. Streamed queries are refused.
 */
export function scheduledPool(pool: MysqlPool, gate: StatementGate): MysqlPool {
  // the query builder knows its connections by identity
  const wrappers = new WeakMap<MysqlPoolConnection, MysqlPoolConnection>();
  return {
    end: (callback) => pool.end(callback),
    getConnection(callback) {
      pool.getConnection((error, raw) => {
        if (error) {
          callback(error, raw);
          return;
        }
        const wrapped = wrappers.get(raw) ?? scheduledConnection(raw, gate);
        wrappers.set(raw, wrapped);
        callback(error, wrapped);
      });
    },
  };
}

function scheduledConnection(raw: MysqlPoolConnection, gate: StatementGate): MysqlPoolConnection {
  let rolledBack = false;
  const send = async (sql: string, parameters: unknown[]): Promise<MysqlQueryResult> => {
    const statement = sqlStatement(sql, parameters, rolledBack);
    if (statement.text === 'BEGIN') rolledBack = false;
    try {
      return await gate.send(
        statement,
        () => queried(raw, sql, parameters),
        (result) => sqlResult(statement, result),
      );
    } catch (error) {
      rolledBack = ROLLED_BACK_ERRNOS.includes(errnoOf(error));
      throw error;
    }
  };
  function query(sql: string, parameters: unknown[]): never;
  function query(sql: string, parameters: unknown[], callback: Callback): void;
  function query(sql: string, parameters: unknown[], callback?: Callback): void {
    if (callback === undefined) throw new Error('a streamed query cannot be part of a schedule');
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
    raw.query(sql, parameters, (error, result) => {
      if (!error) resolve(result);
      else reject(error instanceof Error ? error : new Error('the query failed', { cause: error }));
    }),
  );
