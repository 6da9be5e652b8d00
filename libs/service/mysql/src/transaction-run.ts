import { leftMs, NoVerdict, TRANSACTION_GRACE_MS, type Deadline } from '@coupon/application';
import type { Kysely } from 'kysely';
import { asNoVerdict } from './errors.js';
import type { Mysql } from './mysql.js';
import { lockNameIn, takeNamedLock } from './named-lock.js';
import type { Schema } from './schema.js';
import { TimeLimit } from './time-limit.js';

/** A transaction that has begun. */
export interface OpenTransaction<Queries> {
  /** What the work sends its statements through. */
  readonly queries: Queries;
  commit(): Promise<unknown>;
  rollback(): Promise<unknown>;
  /**
   * Whether `error`, which `commit` rejected with, proves that nothing of the transaction lasts.
   */
  isRolledBack(error: unknown): boolean;
}

/** Begins a transaction on `session`, which nothing else uses meanwhile. */
export type Begin<Queries> = (session: Kysely<Schema>) => Promise<OpenTransaction<Queries>>;

/**
 * One transaction, from the wait for a connection to its release. The waits for a connection and
 * for a named lock end with the deadline (NoVerdict 'contended'); the transaction itself ends with
 * `transactionMaxMs`, or TRANSACTION_GRACE_MS after the deadline (NoVerdict 'unavailable'). A run
 * that is given up never goes on to COMMIT. It keeps its place among the transactions until its
 * connection is free, so that lookups still find one.
 */
export class TransactionRun<Queries> {
  private stage: 'open' | 'committing' | 'abandoned' = 'open';
  private cause: unknown;

  constructor(
    private readonly mysql: Mysql,
    private readonly begin: Begin<Queries>,
    private readonly deadline: Deadline,
    private readonly namedLock?: string,
  ) {}

  /**
   * Runs `work`, once, and resolves with its result when COMMIT is answered. Rejects with NoVerdict
   * or with what `work` threw; after all of these but NoVerdict 'indeterminate' nothing was
   * recorded.
   */
  execute<T>(work: (queries: Queries) => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const run = async (): Promise<void> => {
        using limit = new TimeLimit();
        limit.start(this.limitMs());
        const over = this.mysql.db
          .connection()
          .execute((session) => this.inSession(session, limit, work));
        this.withinLimit(over, limit).then(resolve, reject);
        await over.catch(() => undefined);
      };
      this.mysql.transactions.run(run, this.deadline).catch(reject);
    });
  }

  /** What is left for a transaction that begins now, in milliseconds. */
  private limitMs(): number {
    const { settings, clock } = this.mysql;
    return Math.min(settings.transactionMaxMs, leftMs(this.deadline, TRANSACTION_GRACE_MS, clock));
  }

  private async withinLimit<T>(run: Promise<T>, limit: TimeLimit): Promise<T> {
    try {
      return await Promise.race([run, limit.passed]);
    } catch (error) {
      if (this.stage === 'committing')
        throw new NoVerdict('indeterminate', 'the answer to COMMIT was lost', { cause: error });
      throw asNoVerdict(this.cause ?? error);
    } finally {
      if (this.stage === 'open') this.stage = 'abandoned';
    }
  }

  private async inSession<T>(
    session: Kysely<Schema>,
    limit: TimeLimit,
    work: (queries: Queries) => Promise<T>,
  ): Promise<T> {
    await using lock = await this.lock(session, limit);
    this.throwIfAbandoned('BEGIN');
    if (lock !== undefined) limit.start(this.limitMs());
    const transaction = await this.begin(session);
    try {
      const result = await work(transaction.queries);
      this.throwIfAbandoned('COMMIT');
      this.stage = 'committing';
      await transaction.commit();
      return result;
    } catch (error) {
      if (this.stage === 'committing' && transaction.isRolledBack(error)) this.stage = 'open';
      this.cause = error;
      // A failing ROLLBACK must not mask what went wrong first.
      await transaction.rollback().catch(() => undefined);
      throw error;
    }
  }

  /**
   * The lock and the transaction need the same connection: two of the pool's could each wait for
   * the other for ever.
   */
  private async lock(
    session: Kysely<Schema>,
    limit: TimeLimit,
  ): Promise<AsyncDisposable | undefined> {
    if (this.namedLock === undefined) return undefined;
    this.throwIfAbandoned('GET_LOCK');
    const { settings, clock } = this.mysql;
    const waitMs = Math.max(0, this.deadline.atMs - clock.monotonicMs());
    // The server itself ends the wait; the limit is for a server that never answers.
    limit.start(waitMs + Math.min(settings.transactionMaxMs, TRANSACTION_GRACE_MS));
    return await takeNamedLock(session, lockNameIn(settings.url, this.namedLock), {
      waitMs,
      statementMs: settings.transactionMaxMs / 2, // well within the server's statement limit
    });
  }

  private throwIfAbandoned(before: string): void {
    if (this.stage === 'abandoned') throw new NoVerdict('unavailable', `given up before ${before}`);
  }
}
