import { AlreadyRecorded, NoVerdict, type Deadline } from '@coupon/application';
import { userId, type Granted, type Ledger, type Terms, type UserId } from '@coupon/domain';
import { StaleLedger, type LedgerTransaction } from '@coupon/settlement';
import type { Kysely, Transaction } from 'kysely';
import { afterCommit, asNoVerdict, errnoOf } from './errors.js';
import type { Mysql } from './mysql.js';
import type { Schema } from './schema.js';

/** How a transaction treats the coupon's row. */
export interface Discipline {
  /** Read it FOR UPDATE, so that the next reader waits for this transaction's end. */
  readonly lockRead?: boolean;
  /** Write it only if its version is still the one that was read, else throw StaleLedger. */
  readonly compareVersion?: boolean;
}

/**
 * Runs `work` on the books in one database transaction and resolves with its result when COMMIT was answered.
 *
 * The wait for a connection ends with the deadline (NoVerdict 'contended'); the transaction itself ends with
 * `transactionMaxMs`, never with the deadline. Rejects with NoVerdict, with StaleLedger or AlreadyRecorded, or with what
 * `work` threw; after all of these but NoVerdict 'indeterminate' nothing was recorded.
 */
export function inTransaction<T>(mysql: Mysql, discipline: Discipline, work: (ledger: LedgerTransaction) => Promise<T>, deadline: Deadline): Promise<T> {
  return mysql.transactions.pass(() => withinLimit(mysql, discipline, work), deadline);
}

async function withinLimit<T>(mysql: Mysql, discipline: Discipline, work: (ledger: LedgerTransaction) => Promise<T>): Promise<T> {
  const progress: Progress = { stage: 'open', cause: undefined };
  const { transactionMaxMs } = mysql.settings;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new NoVerdict('unavailable', `transaction took over ${transactionMaxMs} ms`)), transactionMaxMs);
  });
  try {
    return await Promise.race([transact(mysql.db, progress, () => mysql.clock.nowMs(), discipline, work), limit]);
  } catch (error) {
    // A failing ROLLBACK would mask what went wrong first.
    if (progress.stage === 'open') throw asNoVerdict(progress.cause ?? error);
    throw afterCommit(error);
  } finally {
    clearTimeout(timer);
    progress.stage = progress.stage === 'open' ? 'abandoned' : progress.stage;
  }
}

/** How far a transaction has come. Once abandoned, it must not go on to COMMIT behind the back of who gave it up. */
interface Progress {
  stage: 'open' | 'committing' | 'abandoned';
  cause: unknown;
}

function transact<T>(db: Kysely<Schema>, progress: Progress, nowMs: () => number, discipline: Discipline, work: (ledger: LedgerTransaction) => Promise<T>): Promise<T> {
  return db.transaction().execute(async (transaction) => {
    try {
      const result = await work(new OpenBooks(transaction, discipline, nowMs));
      if (progress.stage === 'abandoned') throw new NoVerdict('unavailable', 'given up before COMMIT');
      progress.stage = 'committing';
      return result;
    } catch (error) {
      progress.cause = error;
      throw error;
    }
  });
}

class OpenBooks implements LedgerTransaction {
  private row: { readonly quantity: number; readonly total_quantity: number; readonly version: number } | undefined;

  constructor(
    private readonly transaction: Transaction<Schema>,
    private readonly discipline: Discipline,
    private readonly nowMs: () => number,
  ) {}

  async read(terms: Terms, users: readonly UserId[]): Promise<Ledger> {
    const coupon = this.transaction.selectFrom('coupons').select(['quantity', 'total_quantity', 'version']).where('id', '=', terms.couponId);
    this.row = await (this.discipline.lockRead === true ? coupon.forUpdate() : coupon).executeTakeFirstOrThrow();
    const held = terms.perUser === null ? new Map<UserId, number>() : await this.held(terms, users);
    return { taken: this.row.total_quantity - this.row.quantity, held, readAtMs: this.nowMs() };
  }

  /**
   * INSERT first, then `quantity` from the value that was read: the order that Hibernate flushes, and the one that makes the
   * original's deadlocks and lost updates when nothing keeps two of these apart.
   */
  async record(grants: readonly Granted[]): Promise<void> {
    const [first] = grants;
    if (first === undefined || this.row === undefined) throw new Error('record() needs grants that were judged on books read here');
    const { couponId } = first.claim.terms;
    const rows = grants.map(({ claim, ordinal, issuedAtMs }) => ({ coupon_id: couponId, user_id: claim.user, ordinal, claim_id: claim.id, issued_at: new Date(issuedAtMs) }));
    await this.transaction.insertInto('user_coupon').values(rows).execute().catch((error: unknown) => {
      throw errnoOf(error) === 1062 ? alreadyRecorded(grants, error) : error;
    });
    const { quantity, version } = this.row;
    const write = this.transaction.updateTable('coupons').set({ quantity: quantity - grants.length, version: version + 1 }).where('id', '=', couponId);
    const { numUpdatedRows } = await (this.discipline.compareVersion === true ? write.where('version', '=', version) : write).executeTakeFirst();
    if (numUpdatedRows === 0n) throw new StaleLedger(`coupon ${couponId} is no longer at version ${version}`);
  }

  private async held(terms: Terms, users: readonly UserId[]): Promise<ReadonlyMap<UserId, number>> {
    const rows = await this.transaction
      .selectFrom('user_coupon')
      .select(({ fn }) => ['user_id', fn.countAll<number>().as('count')])
      .where('coupon_id', '=', terms.couponId)
      .where('user_id', 'in', users)
      .groupBy('user_id')
      .execute();
    return new Map(rows.map((row) => [userId(row.user_id), Number(row.count)]));
  }
}

/** Errno 1062 names the offending value in its message; in a batch that tells which claim to leave out. */
const alreadyRecorded = (grants: readonly Granted[], cause: unknown): AlreadyRecorded => {
  const message = cause instanceof Error ? cause.message : '';
  const ids = grants.map((grant) => grant.claim.id);
  const named = ids.filter((id) => message.includes(id));
  return new AlreadyRecorded(named.length > 0 ? named : ids, { cause });
};
