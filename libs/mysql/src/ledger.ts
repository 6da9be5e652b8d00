import { AlreadyRecorded } from '@coupon/application';
import { userId, type Granted, type Ledger, type Terms, type UserId } from '@coupon/domain';
import { StaleLedger, type Books, type Discipline, type LedgerTransaction } from '@coupon/settlement';
import type { Transaction } from 'kysely';
import { errnoOf } from './errors.js';
import type { Mysql } from './mysql.js';
import type { Schema } from './schema.js';
import { transact } from './transaction.js';

/** The books as they stand in the database. */
export function booksOf(mysql: Mysql): Books {
  return {
    transactionMaxMs: mysql.settings.transactionMaxMs,
    inTransaction: (discipline, work, deadline) =>
      transact(mysql, (transaction) => work(new OpenBooks(transaction, discipline, () => mysql.clock.nowMs())), deadline, discipline),
  };
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
