import { ConfigFaults, NoVerdict, type Deadline } from '@coupon/application';
import type { Terms } from '@coupon/domain';
import type { Lease } from '@coupon/redis';
import { StaleSnapshot, type StockTransaction } from '@coupon/concurrency';
import type { Resources } from './plugin.js';

/** What every lock in Redis is set by. */
export interface LeaseSettings {
  /** How long Redis keeps the lock for a holder that does not come back. */
  readonly leaseMs: number;
  /**
   * Compare the coupon's version at the write, so that a holder who lost its lease cannot do harm.
   */
  readonly fenced: boolean;
}

type Work<T> = (ledger: StockTransaction) => Promise<T>;

/**
 * The key of a coupon's lock. All locks in Redis share it, so that processes can change from one to
 * another while others run.
 */
export const lockKeyOf = (terms: Terms): string => `{coupon:${terms.couponId}}:lock`;

/**
 * Transactions on the books under a lease in Redis: what is the same for every way of waiting for
 * one. A lease that is found over is counted (`lease_lost`) and logged once. `leaseVariable` is
 * named in ConfigFaults when the lease is not longer than a transaction may take.
 */
export class LeaseGuard {
  private readonly reported = new WeakSet<Lease>();
  private readonly indeterminate = new WeakSet<Lease>();

  constructor(
    private readonly resources: Resources,
    private readonly settings: LeaseSettings,
    leaseVariable: string,
  ) {
    const { transactionMaxMs } = resources.stockStore;
    if (settings.leaseMs > transactionMaxMs) return;
    // A commit that comes after its lease is a commit without a lock.
    throw new ConfigFaults([
      {
        variable: leaseVariable,
        value: String(settings.leaseMs),
        allowed: `more than MYSQL_TRANSACTION_MAX_MS (${transactionMaxMs})`,
      },
    ]);
  }

  /**
   * One transaction under `lease`, which is released afterwards. Rejects as {@link transact} does.
   */
  async holding<T>(lease: Lease, work: Work<T>, deadline: Deadline): Promise<T> {
    try {
      return await this.transact(lease, work, deadline);
    } finally {
      await this.release(lease);
    }
  }

  /**
   * One transaction under `lease`, with the last look at it before COMMIT. Rejects with NoVerdict
   * 'lease-lost', or as the books do.
   */
  async transact<T>(lease: Lease, work: Work<T>, deadline: Deadline): Promise<T> {
    const { stockStore: books, clock } = this.resources;
    try {
      return await books.inTransaction(
        this.settings.fenced ? 'compare-version' : 'plain',
        async (ledger) => {
          const result = await work(ledger);
          if (clock.nowMs() >= lease.endsAtMs) throw this.lost(lease, 'before COMMIT');
          return result;
        },
        deadline,
      );
    } catch (error) {
      if (error instanceof StaleSnapshot) throw this.lost(lease, 'and another holder wrote');
      if (error instanceof NoVerdict && error.kind === 'indeterminate')
        this.indeterminate.add(lease);
      throw error;
    }
  }

  /** Nothing that happened under `lease` speaks against going on with it. */
  isUsable(lease: Lease): boolean {
    return !this.reported.has(lease) && !this.indeterminate.has(lease);
  }

  /** Whether one more transaction fits into what is left of `lease`. */
  fitsInto(lease: Lease): boolean {
    const { stockStore: books, clock } = this.resources;
    return lease.endsAtMs - clock.nowMs() > books.transactionMaxMs;
  }

  /**
   * Gives the lock back; never rejects, since the lease ends by itself where Redis does not answer.
   */
  async release(lease: Lease): Promise<void> {
    // A COMMIT without an answer may still be under way, and the next holder must not read before
    // it: the lease runs out instead.
    if (this.indeterminate.has(lease)) return;
    const released = await lease.release().catch(() => true);
    if (!released) this.lost(lease, 'at its release');
  }

  /** Tells that `lease` was over, and makes the error that says so. */
  lost(lease: Lease, when: string): NoVerdict {
    const { counters, log } = this.resources;
    const { leaseMs } = this.settings;
    if (!this.reported.has(lease)) {
      this.reported.add(lease);
      counters.count('lease_lost');
      log.warn('lease lost', { key: lease.key, when, leaseMs });
    }
    return new NoVerdict('lease-lost', `${lease.key}: lease of ${leaseMs} ms was over ${when}`);
  }
}
