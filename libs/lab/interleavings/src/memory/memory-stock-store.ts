import { NoVerdict, type Clock } from '@coupon/application';
import type { Granted, StockSnapshot, Terms, UserId } from '@coupon/domain';
import {
  assertTransactionMode,
  comparesVersion,
  StaleSnapshot,
  type StockStore,
  type TransactionMode,
  type StockTransaction,
} from '@coupon/concurrency';
import { statement, type StatementGate, type StatementResult } from '../statement.js';
import { MemoryTransaction, type MemoryCouponRow, type MemoryDatabase } from './memory-database.js';
import { DeadlockVictim, type LockOwner } from './row-locks.js';

const TRANSACTION_MAX_MS = 4_000;

const ok = (): StatementResult => ({ effect: 'ok', read: null });
/** Runs `change` as a statement: what it throws is a rejection, as an error of a database is. */
const inMemory =
  <T>(change: () => T) =>
  (): Promise<T> =>
    new Promise((resolve) => resolve(change()));
const rows = (count: number): StatementResult => ({
  effect: count === 1 ? '1 row' : `${count} rows`,
  read: null,
});

/**
 * A stock store in memory: it sends the statements of the MySQL store in the same order, each
 * through `gate`, under the same isolation rules. Time does not pass in it, so neither a deadline
 * nor `transactionMaxMs` ever ends a wait.
 */
export function memoryStockStore(
  database: MemoryDatabase,
  gate: StatementGate,
  clock: Clock,
): StockStore {
  return {
    transactionMaxMs: TRANSACTION_MAX_MS,
    transactionsMax: Number.POSITIVE_INFINITY,
    async inTransaction(mode, work) {
      assertTransactionMode(mode);
      if (typeof mode === 'string') return inTransaction(database, gate, clock, mode, work);
      const session: LockOwner = { weight: () => 0, undo: () => undefined };
      await gate.send(
        statement('SELECT GET_LOCK'),
        () => database.locks.acquire(session, `named ${mode.namedLock}`, 'exclusive'),
        ok,
      );
      try {
        return await inTransaction(database, gate, clock, mode, work);
      } finally {
        await gate.send(
          statement('SELECT RELEASE_LOCK', { releases: true }),
          inMemory(() => database.locks.releaseAll(session)),
          ok,
        );
      }
    },
  };
}

async function inTransaction<T>(
  database: MemoryDatabase,
  gate: StatementGate,
  clock: Clock,
  mode: TransactionMode,
  work: (stock: StockTransaction) => Promise<T>,
): Promise<T> {
  const transaction = new MemoryTransaction(database);
  if (mode === 'serializable')
    await gate.send(
      statement('SET TRANSACTION ISOLATION LEVEL SERIALIZABLE', { takesTurn: false }),
      () => Promise.resolve(),
      ok,
    );
  await gate.send(statement('BEGIN', { takesTurn: false }), () => Promise.resolve(), ok);
  try {
    const result = await work(
      new MemoryStockTransaction(database.terms, transaction, mode, gate, clock),
    );
    await gate.send(
      statement('COMMIT', { releases: true }),
      inMemory(() => transaction.commit()),
      ok,
    );
    return result;
  } catch (error) {
    await gate.send(
      statement('ROLLBACK', { releases: true, takesTurn: !transaction.gone }),
      inMemory(() => transaction.rollback()),
      ok,
    );
    throw error instanceof DeadlockVictim
      ? new NoVerdict('deadlocked', `database errno ${error.errno}`, { cause: error })
      : error;
  }
}

/** The lock that a read of the coupon's row takes; null: a plain read. */
function lockOf(mode: TransactionMode): 'exclusive' | 'shared' | null {
  if (mode === 'lock-row') return 'exclusive';
  return mode === 'serializable' ? 'shared' : null;
}

class MemoryStockTransaction implements StockTransaction {
  private row: MemoryCouponRow | undefined;

  constructor(
    private readonly known: Terms,
    private readonly transaction: MemoryTransaction,
    private readonly mode: TransactionMode,
    private readonly gate: StatementGate,
    private readonly clock: Clock,
  ) {}

  async read(terms: Terms, users: readonly UserId[]): Promise<StockSnapshot> {
    if (terms.couponId !== this.known.couponId)
      throw new Error(`this store holds coupon ${this.known.couponId} only`);
    const lock = lockOf(this.mode);
    const row = await this.gate.send(
      statement(`SELECT coupons${this.mode === 'lock-row' ? ' FOR UPDATE' : ''}`),
      () => this.transaction.readCoupon(lock),
      ({ quantity, version }) => ({ effect: '1 row', read: { quantity, version } }),
    );
    this.row = row;
    const held = terms.perUserLimit === null ? new Map<UserId, number>() : await this.held(users);
    return { taken: this.known.totalQuantity - row.quantity, held, readAtMs: this.clock.nowMs() };
  }

  async record(grants: readonly Granted[]): Promise<void> {
    if (this.row === undefined)
      throw new Error('record() needs grants judged on a snapshot read here');
    const { quantity, version } = this.row;
    const count = grants.length;
    const afterGrants = (row: MemoryCouponRow): MemoryCouponRow => ({
      quantity: Math.max(row.quantity, count) - count,
      version: row.version + 1,
    });
    const written = afterGrants(this.row);
    const ordinal = grants[0]?.ordinal ?? null;
    await this.gate.send(
      statement('INSERT user_coupon', { written: { ordinal } }),
      () => this.transaction.insert(grants),
      () => rows(grants.length),
    );
    const compares = comparesVersion(this.mode);
    const subtracts = this.mode === 'subtract';
    const matched = await this.gate.send(
      statement(
        `UPDATE coupons${compares ? ` IF version = ${version} AND quantity = ${quantity}` : ''}`,
        {
          written: subtracts
            ? { quantity: `quantity - ${count}`, version: 'version + 1' }
            : { ...written },
        },
      ),
      () =>
        this.transaction.updateCoupon(
          subtracts ? afterGrants : () => written,
          compares ? version : undefined,
        ),
      rows,
    );
    if (matched === 0)
      throw new StaleSnapshot(`coupon ${this.known.couponId} is no longer at version ${version}`);
  }

  private held(users: readonly UserId[]): Promise<ReadonlyMap<UserId, number>> {
    return this.gate.send(
      statement('SELECT user_coupon'),
      inMemory(() => this.transaction.heldBy(users)),
      (held) => {
        // GROUP BY has no row for a user without coupons
        const counts = [...held.values()].filter((count) => count > 0);
        return {
          ...rows(counts.length),
          read: counts[0] === undefined ? null : { count: counts[0] },
        };
      },
    );
  }
}
