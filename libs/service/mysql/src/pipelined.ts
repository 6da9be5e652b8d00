import { NoVerdict, type Deadline } from '@coupon/application';
import { sql, type Kysely, type RawBuilder } from 'kysely';
import { isAnsweredNo } from './errors.js';
import type { Mysql } from './mysql.js';
import type { Schema } from './schema.js';
import { bounded, type Progress } from './transaction.js';

/**
 * The queries of a transaction that makes two round trips: reads travel with BEGIN, writes with
 * COMMIT.
 */
export interface PipelinedTransaction {
  /** BEGIN and these, in one trip; may be called once. Resolves with the rows of each. */
  begin<Row>(reads: readonly RawBuilder<unknown>[]): Promise<readonly (readonly Row[])[]>;
  /** These are sent with COMMIT, when the work is done. */
  atCommit(...writes: readonly RawBuilder<unknown>[]): void;
}

/** Statements that are sent as one, in this order. The server stops at the first that fails. */
const joined = (statements: readonly RawBuilder<unknown>[]): RawBuilder<unknown> =>
  sql.join(statements, sql`; `);

/**
 * As `transact`, in two round trips instead of one for each statement: while a transaction holds a
 * row, every trip is time in which the database does nothing for it, and this process may be busy
 * with hundreds of other answers before it notices one. An error of a write comes when `work` is
 * over, so it is never seen by `work` itself.
 */
export function runPipelined<T>(
  mysql: Mysql,
  work: (transaction: PipelinedTransaction) => Promise<T>,
  deadline: Deadline,
): Promise<T> {
  return bounded(
    mysql,
    (use) => mysql.db.connection().execute(use),
    (session, progress) => inTwoTrips(session, progress, work),
    deadline,
  );
}

async function inTwoTrips<T>(
  session: Kysely<Schema>,
  progress: Progress,
  work: (transaction: PipelinedTransaction) => Promise<T>,
): Promise<T> {
  const writes: RawBuilder<unknown>[] = [];
  try {
    const result = await work({
      async begin<Row>(reads: readonly RawBuilder<unknown>[]) {
        const { rows } = await sql<readonly Row[]>`${joined([sql`BEGIN`, ...reads])}`.execute(
          session,
        );
        return rows.slice(1);
      },
      atCommit: (...more) => void writes.push(...more),
    });
    if (progress.stage === 'abandoned')
      throw new NoVerdict('unavailable', 'given up before COMMIT');
    progress.stage = 'committing';
    await joined([...writes, sql`COMMIT`]).execute(session);
    return result;
  } catch (error) {
    // Only an answer that is lost leaves it open whether the server came as far as COMMIT.
    if (progress.stage === 'committing' && isAnsweredNo(error)) progress.stage = 'open';
    progress.cause = error;
    await sql`ROLLBACK`.execute(session).catch(() => undefined);
    throw error;
  }
}
