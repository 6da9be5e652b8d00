import { NoVerdict, type Deadline } from '@coupon/application';
import type { TransactionMode } from '@coupon/concurrency';
import type { Kysely, Transaction } from 'kysely';
import { afterCommit, asNoVerdict } from './errors.js';
import type { Mysql } from './mysql.js';
import { lockNameIn, underNamedLock } from './named-lock.js';
import type { Schema } from './schema.js';

/** The queries of a transaction. */
export type Work<T> = (transaction: Transaction<Schema>) => Promise<T>;

/**
 * Runs `work` in one transaction and resolves with its result when COMMIT was answered.
 *
 * The waits for a connection and for a named lock end with the deadline (NoVerdict 'contended');
 * the transaction itself ends with `transactionMaxMs`, never with the deadline. Rejects with
 * NoVerdict or with what `work` threw; after all of these but NoVerdict 'indeterminate' nothing was
 * recorded. Modes that are the statements' own affair (`lock-row`, `compare-version`) are as `plain`.
 */
export function runTransaction<T>(
  mysql: Mysql,
  work: Work<T>,
  deadline: Deadline,
  mode: TransactionMode = 'plain',
): Promise<T> {
  const session: OpenSession = (use, limit) =>
    typeof mode === 'object'
      ? underLock(mysql, mode.namedLock, deadline, limit, use)
      : use(mysql.db);
  return bounded(
    mysql,
    session,
    (db, progress) => untilCommit(db, progress, work, mode === 'serializable'),
    deadline,
  );
}

/**
 * Lends what statements are sent through; `limit` may be begun for what must be waited for first.
 */
type OpenSession = <T>(use: (db: Kysely<Schema>) => Promise<T>, limit: TimeLimit) => Promise<T>;

/**
 * Runs `run`, which goes from BEGIN to COMMIT and notes in `progress` how far it has come, with all
 * the bounds that {@link runTransaction} promises and with its errors.
 */
export function bounded<T>(
  mysql: Mysql,
  session: OpenSession,
  run: (db: Kysely<Schema>, progress: Progress) => Promise<T>,
  deadline: Deadline,
): Promise<T> {
  return mysql.transactions.run(() => withinLimit(mysql, session, run), deadline);
}

/**
 * How far a transaction has come. Once abandoned, it must not go on to COMMIT behind the back of
 * who gave it up.
 */
export interface Progress {
  stage: 'open' | 'committing' | 'abandoned';
  cause: unknown;
}

async function withinLimit<T>(
  mysql: Mysql,
  session: OpenSession,
  run: (db: Kysely<Schema>, progress: Progress) => Promise<T>,
): Promise<T> {
  const progress: Progress = { stage: 'open', cause: undefined };
  using limit = new TimeLimit();
  const begin = async (db: Kysely<Schema>): Promise<T> => {
    if (progress.stage === 'abandoned') throw new NoVerdict('unavailable', 'given up before BEGIN');
    limit.begin(mysql.settings.transactionMaxMs);
    return await run(db, progress);
  };
  try {
    return await Promise.race([session(begin, limit), limit.passed]);
  } catch (error) {
    // A failing ROLLBACK would mask what went wrong first.
    if (progress.stage === 'open') throw asNoVerdict(progress.cause ?? error);
    throw afterCommit(error);
  } finally {
    progress.stage = progress.stage === 'open' ? 'abandoned' : progress.stage;
  }
}

/**
 * The lock and the transaction need the same connection: two of the pool's could each wait for the
 * other for ever.
 */
function underLock<T>(
  { db, clock, settings }: Mysql,
  name: string,
  deadline: Deadline,
  limit: TimeLimit,
  run: (db: Kysely<Schema>) => Promise<T>,
): Promise<T> {
  return db.connection().execute((connection) => {
    const waitMs = Math.max(0, deadline.atMs - clock.nowMs());
    // for a server that never answers: it ends the wait itself
    limit.begin(waitMs + settings.transactionMaxMs);
    return underNamedLock(connection, lockNameIn(settings.url, name), waitMs, () =>
      run(connection),
    );
  });
}

function untilCommit<T>(
  db: Kysely<Schema>,
  progress: Progress,
  work: Work<T>,
  serializable: boolean,
): Promise<T> {
  const transactions = serializable
    ? db.transaction().setIsolationLevel('serializable')
    : db.transaction();
  return transactions.execute(async (transaction) => {
    try {
      const result = await work(transaction);
      if (progress.stage === 'abandoned')
        throw new NoVerdict('unavailable', 'given up before COMMIT');
      progress.stage = 'committing';
      return result;
    } catch (error) {
      progress.cause = error;
      throw error;
    }
  });
}

/** A limit that can begin anew until it is disposed of. */
class TimeLimit implements Disposable {
  /** Rejects with NoVerdict 'unavailable' once the time is up, and never resolves. */
  readonly passed: Promise<never>;
  private fail: (error: NoVerdict) => void = () => undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.passed = new Promise((_, reject) => (this.fail = reject));
  }

  begin(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(
      () => this.fail(new NoVerdict('unavailable', `the database took over ${ms} ms`)),
      ms,
    );
  }

  [Symbol.dispose](): void {
    clearTimeout(this.timer);
  }
}
