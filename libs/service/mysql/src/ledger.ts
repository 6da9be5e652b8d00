import type { Granted, Ledger, Terms, UserId } from '@coupon/domain';
import {
  StaleLedger,
  type Books,
  type Discipline,
  type LedgerTransaction,
} from '@coupon/concurrency';
import type { Transaction } from 'kysely';
import { holdingsOf, insertGrants } from './grant-rows.js';
import { inJoinedTransaction } from './joined-ledger.js';
import type { Mysql } from './mysql.js';
import type { Schema } from './schema.js';
import { transact } from './transaction.js';

/** The books as they stand in the database. */
export function booksOf(mysql: Mysql): Books {
  return {
    transactionMaxMs: mysql.settings.transactionMaxMs,
    transactionsMax: mysql.transactions.insideMax,
    inTransaction: (discipline, work, deadline) =>
      canJoin(discipline)
        ? inJoinedTransaction(mysql, work, deadline)
        : transact(
            mysql,
            (transaction) =>
              work(new OpenBooks(transaction, discipline, () => mysql.clock.nowMs())),
            deadline,
            discipline,
          ),
  };
}

/** What must be known before COMMIT, or said before BEGIN, cannot travel with them. */
const canJoin = ({
  joined = false,
  lockRead = false,
  compareVersion = false,
  serializable = false,
  namedLock,
}: Discipline): boolean =>
  joined && lockRead && !compareVersion && !serializable && namedLock === undefined;

class OpenBooks implements LedgerTransaction {
  private row:
    | { readonly quantity: number; readonly total_quantity: number; readonly version: number }
    | undefined;

  constructor(
    private readonly transaction: Transaction<Schema>,
    private readonly discipline: Discipline,
    private readonly nowMs: () => number,
  ) {}

  async read(terms: Terms, users: readonly UserId[]): Promise<Ledger> {
    const coupon = this.transaction
      .selectFrom('coupons')
      .select(['quantity', 'total_quantity', 'version'])
      .where('id', '=', terms.couponId);
    this.row = await (
      this.discipline.lockRead === true ? coupon.forUpdate() : coupon
    ).executeTakeFirstOrThrow();
    const held = await holdingsOf(this.transaction, terms, users);
    return { taken: this.row.total_quantity - this.row.quantity, held, readAtMs: this.nowMs() };
  }

  /**
   * INSERT first, then `quantity` from the value that was read: the order that Hibernate flushes,
   * and the one that makes the original's deadlocks and lost updates when nothing keeps two of
   * these apart.
   */
  async record(grants: readonly Granted[]): Promise<void> {
    const [first] = grants;
    if (first === undefined || this.row === undefined)
      throw new Error('record() needs grants that were judged on books read here');
    const { couponId } = first.claim.terms;
    await insertGrants(this.transaction, grants);
    const { quantity, version } = this.row;
    const write = this.transaction
      .updateTable('coupons')
      .set({ quantity: quantity - grants.length, version: version + 1 })
      .where('id', '=', couponId);
    const { numUpdatedRows } = await (
      this.discipline.compareVersion === true ? write.where('version', '=', version) : write
    ).executeTakeFirst();
    if (numUpdatedRows === 0n)
      throw new StaleLedger(`coupon ${couponId} is no longer at version ${version}`);
  }
}
