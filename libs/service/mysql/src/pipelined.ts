import type { Deadline } from '@coupon/application';
import { sql, type RawBuilder } from 'kysely';
import { isAnsweredNo } from './errors.js';
import type { Mysql } from './mysql.js';
import { TransactionRun, type Begin } from './transaction-run.js';

/** The queries of a transaction in two round trips: reads travel with BEGIN, writes with COMMIT. */
export interface PipelinedTransaction {
  /** Sends BEGIN and `reads` in one trip; may be called once. Resolves with the rows of each. */
  begin<Row>(reads: readonly RawBuilder<unknown>[]): Promise<readonly (readonly Row[])[]>;
  /** Sends one more read, in a trip of its own. */
  query<Row>(read: RawBuilder<Row>): Promise<readonly Row[]>;
  /** Keeps `writes` to be sent with COMMIT, when the work is done. */
  atCommit(...writes: readonly RawBuilder<unknown>[]): void;
}

/**
 * Runs `work` as `runTransaction` does, in two round trips instead of one for each statement: while
 * a transaction holds a row, every trip is time in which the database does nothing for it, and this
 * process may be busy with hundreds of other answers before it notices one. An error of a write
 * comes when `work` is over, so `work` itself never sees it.
 */
export function runPipelined<T>(
  mysql: Mysql,
  work: (transaction: PipelinedTransaction) => Promise<T>,
  deadline: Deadline,
): Promise<T> {
  return new TransactionRun(mysql, beginWithReads, deadline).execute(work);
}

const beginWithReads: Begin<PipelinedTransaction> = (session) => {
  const writes: RawBuilder<unknown>[] = [];
  return Promise.resolve({
    queries: {
      async begin<Row>(reads: readonly RawBuilder<unknown>[]) {
        const { rows } = await sql<readonly Row[]>`${joined([sql`BEGIN`, ...reads])}`.execute(
          session,
        );
        return rows.slice(1);
      },
      async query<Row>(read: RawBuilder<Row>) {
        return (await read.execute(session)).rows;
      },
      atCommit: (...more: readonly RawBuilder<unknown>[]) => void writes.push(...more),
    },
    commit: () => joined([...writes, sql`COMMIT`]).execute(session),
    rollback: () => sql`ROLLBACK`.execute(session),
    // Only a lost answer leaves open whether the server came as far as COMMIT.
    isRolledBack: isAnsweredNo,
  });
};

/** Statements that are sent as one, in this order. The server stops at the first that fails. */
const joined = (statements: readonly RawBuilder<unknown>[]): RawBuilder<unknown> =>
  sql.join(statements, sql`; `);
