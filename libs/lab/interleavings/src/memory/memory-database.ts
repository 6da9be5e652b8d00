import { DuplicateClaim } from '@coupon/application';
import type { Granted, Terms, UserId } from '@coupon/domain';
import type { RecordedRows } from '../outcome.js';
import { RowLocks, type LockMode, type LockOwner } from './row-locks.js';

type Grant = RecordedRows['grants'][number];

/** The coupon's row. */
export interface MemoryCouponRow {
  readonly quantity: number;
  readonly version: number;
}

/**
 * One coupon and its grants, under the isolation rules of InnoDB at REPEATABLE READ and
 * SERIALIZABLE.
 */
export class MemoryDatabase {
  readonly locks = new RowLocks();
  coupon: MemoryCouponRow;
  grants: readonly Grant[] = [];

  constructor(readonly terms: Terms) {
    this.coupon = { quantity: terms.totalQuantity, version: 0 };
  }

  /** The committed rows. */
  get rows(): RecordedRows {
    return { remaining: this.coupon.quantity, grants: this.grants };
  }
}

const COUPON = 'coupon';

/**
 * A transaction. A plain read sees what was committed at the first plain read; a locking read and a
 * write see what is committed now; all of them see the transaction's own changes. Every method
 * except `commit` and `undo` may wait, or reject with DeadlockVictim.
 */
export class MemoryTransaction implements LockOwner {
  private snapshot:
    { readonly coupon: MemoryCouponRow; readonly grants: readonly Grant[] } | undefined;
  private ownCoupon: MemoryCouponRow | undefined;
  private readonly ownGrants: Grant[] = [];
  private changes = 0;
  /** Rolled back already, as a deadlock's victim. */
  gone = false;

  constructor(private readonly database: MemoryDatabase) {}

  weight(): number {
    return this.changes + this.database.locks.countOf(this);
  }

  /** Reads the coupon's row, plainly or under a lock. */
  async readCoupon(lock: LockMode | null): Promise<MemoryCouponRow> {
    if (lock !== null) await this.database.locks.acquire(this, COUPON, lock);
    return this.ownCoupon ?? (lock === null ? this.view() : this.database).coupon;
  }

  /** How many coupons each of `users` holds; a plain read. */
  heldBy(users: readonly UserId[]): ReadonlyMap<UserId, number> {
    const all = [...this.view().grants, ...this.ownGrants];
    return new Map(users.map((user) => [user, all.filter((grant) => grant.user === user).length]));
  }

  /**
   * The unique claim ids come first, then the foreign key: its check takes a shared lock on the
   * coupon's row.
   */
  async insert(grants: readonly Granted[]): Promise<void> {
    for (const { claim } of grants) {
      await this.database.locks.acquire(this, `claim ${claim.id}`, 'exclusive');
      if ([...this.database.grants, ...this.ownGrants].some((grant) => grant.claim === claim.id))
        throw new DuplicateClaim([claim.id]);
    }
    await this.database.locks.acquire(this, COUPON, 'shared');
    this.ownGrants.push(
      ...grants.map(({ claim, ordinal }) => ({ claim: claim.id, user: claim.user, ordinal })),
    );
    this.changes += grants.length;
  }

  /**
   * Writes the coupon's row as `change` makes it of the row that is there now, given `ifVersion`
   * only over that version; resolves with the number of rows it matched.
   */
  async updateCoupon(
    change: (now: MemoryCouponRow) => MemoryCouponRow,
    ifVersion?: number,
  ): Promise<0 | 1> {
    const now = await this.readCoupon('exclusive');
    if (ifVersion !== undefined && now.version !== ifVersion) return 0;
    this.ownCoupon = change(now);
    this.changes += 1;
    return 1;
  }

  /** Makes all changes visible to others and releases the locks. */
  commit(): void {
    this.database.coupon = this.ownCoupon ?? this.database.coupon;
    this.database.grants = [...this.database.grants, ...this.ownGrants];
    this.database.locks.releaseAll(this);
  }

  /**
   * Discards all changes. `rollback` releases the locks, or the deadlock whose victim this is.
   */
  undo(): void {
    this.gone = true;
  }

  /** Discards all changes and releases the locks. */
  rollback(): void {
    this.undo();
    this.database.locks.releaseAll(this);
  }

  private view(): { readonly coupon: MemoryCouponRow; readonly grants: readonly Grant[] } {
    this.snapshot ??= { coupon: this.database.coupon, grants: this.database.grants };
    return this.snapshot;
  }
}
