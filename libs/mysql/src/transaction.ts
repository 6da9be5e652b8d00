import { NoVerdict, type Deadline } from '@coupon/application';
import type { Transaction } from 'kysely';
import { afterCommit, asNoVerdict } from './errors.js';
import type { Mysql } from './mysql.js';
import type { Schema } from './schema.js';

/** The queries of a transaction. */
export type Work<T> = (transaction: Transaction<Schema>) => Promise<T>;

/**
 * Runs `work` in one transaction and resolves with its result when COMMIT was answered.
 *
 * The wait for a connection ends with the deadline (NoVerdict 'contended'); the transaction itself ends with
 * `transactionMaxMs`, never with the deadline. Rejects with NoVerdict or with what `work` threw; after all of these but
 * NoVerdict 'indeterminate' nothing was recorded.
 */
export function transact<T>(mysql: Mysql, work: Work<T>, deadline: Deadline): Promise<T> {
  return mysql.transactions.pass(() => withinLimit(mysql, work), deadline);
}

/** How far a transaction has come. Once abandoned, it must not go on to COMMIT behind the back of who gave it up. */
interface Progress {
  stage: 'open' | 'committing' | 'abandoned';
  cause: unknown;
}

async function withinLimit<T>(mysql: Mysql, work: Work<T>): Promise<T> {
  const progress: Progress = { stage: 'open', cause: undefined };
  const { transactionMaxMs } = mysql.settings;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new NoVerdict('unavailable', `transaction took over ${transactionMaxMs} ms`)), transactionMaxMs);
  });
  try {
    return await Promise.race([untilCommit(mysql, progress, work), limit]);
  } catch (error) {
    // A failing ROLLBACK would mask what went wrong first.
    if (progress.stage === 'open') throw asNoVerdict(progress.cause ?? error);
    throw afterCommit(error);
  } finally {
    clearTimeout(timer);
    progress.stage = progress.stage === 'open' ? 'abandoned' : progress.stage;
  }
}

function untilCommit<T>({ db }: Mysql, progress: Progress, work: Work<T>): Promise<T> {
  return db.transaction().execute(async (transaction) => {
    try {
      const result = await work(transaction);
      if (progress.stage === 'abandoned') throw new NoVerdict('unavailable', 'given up before COMMIT');
      progress.stage = 'committing';
      return result;
    } catch (error) {
      progress.cause = error;
      throw error;
    }
  });
}
