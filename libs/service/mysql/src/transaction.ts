import type { Deadline } from '@coupon/application';
import type { TransactionMode } from '@coupon/concurrency';
import type { Transaction } from 'kysely';
import { isDeadlock } from './errors.js';
import type { Mysql } from './mysql.js';
import type { Schema } from './schema.js';
import { TransactionRun, type Begin } from './transaction-run.js';

/** The queries of a transaction. */
export type Work<T> = (transaction: Transaction<Schema>) => Promise<T>;

/**
 * Runs `work` in one transaction, statement by statement; otherwise as
 * {@link TransactionRun.execute}. The modes `lock-row` and `compare-version` concern statements
 * that `work` itself sends, so here they are as `plain`.
 */
export function runTransaction<T>(
  mysql: Mysql,
  work: Work<T>,
  deadline: Deadline,
  mode: TransactionMode = 'plain',
): Promise<T> {
  const namedLock = typeof mode === 'object' ? mode.namedLock : undefined;
  const begin = beginAt(mode === 'serializable' ? 'serializable' : undefined);
  return new TransactionRun(mysql, begin, deadline, namedLock).execute(work);
}

const beginAt =
  (isolationLevel: 'serializable' | undefined): Begin<Transaction<Schema>> =>
  async (session) => {
    const start = session.startTransaction();
    const transaction = await (
      isolationLevel === undefined ? start : start.setIsolationLevel(isolationLevel)
    ).execute();
    return {
      queries: transaction,
      commit: () => transaction.commit().execute(),
      rollback: () => transaction.rollback().execute(),
      isRolledBack: isDeadlock,
    };
  };
