import {
  ANSWER_GRACE_MS,
  ConfigFaults,
  leftMs,
  NoVerdict,
  withinMs,
  type Deadline,
} from '@coupon/application';
import type { Terms } from '@coupon/domain';
import type { Lease } from '@coupon/redis';
import { StaleSnapshot, type StockTransaction } from '@coupon/concurrency';
import type { Resources } from './plugin.js';

/** The settings that every lock in Redis has. */
export interface LeaseSettings {
  /** How long Redis keeps the lock for a holder that does not come back. */
  readonly leaseMs: number;
  /**
   * Compare the coupon's version at the write, so that a holder who lost its lease cannot do harm.
   */
  readonly fenced: boolean;
}

type Work<T> = (stock: StockTransaction) => Promise<T>;

/**
 * The key of a coupon's lock. All locks in Redis share it, so that processes can switch from one
 * strategy to another while others still run.
 */
export const lockKeyOf = (terms: Terms): string => `{coupon:${terms.couponId}}:lock`;

/** How long after the deadline a release is waited for: not until the claim's answer is due. */
const RELEASE_GRACE_MS = ANSWER_GRACE_MS - 100;

/** A lease that leaves a holder less time than this for its work is not cut short. */
const WORK_MIN_MS = 1_000;

/**
 * Runs transactions under a lease in Redis, however the lease was waited for. An expired lease is
 * counted (`lease_lost`) and logged once.
 *
 * A COMMIT may arrive late: after the end of its lease it would commit what the next holder has not
 * read. So no COMMIT is sent in the last part of a lease, in which the database may still wait for
 * it (`idleTransactionMaxMs`). A lease too short for that is used to its end, which is logged.
 *
 * The constructor throws ConfigFaults, naming `leaseVariable`, when the lease is not longer than a
 * transaction may take.
 */
export class LeaseGuard {
  private readonly reported = new WeakSet<Lease>();
  private readonly indeterminate = new WeakSet<Lease>();
  /** How long before its lease ends a holder must have sent its COMMIT. */
  private readonly lateCommitMs: number;

  constructor(
    private readonly resources: Resources,
    private readonly settings: LeaseSettings,
    leaseVariable: string,
  ) {
    const { transactionMaxMs, idleTransactionMaxMs = 0 } = resources.stockStore;
    const { leaseMs, fenced } = settings;
    // A COMMIT after the end of its lease is a COMMIT without a lock.
    if (leaseMs <= transactionMaxMs)
      throw new ConfigFaults([
        {
          variable: leaseVariable,
          value: String(leaseMs),
          allowed: `more than MYSQL_TRANSACTION_MAX_MS (${transactionMaxMs})`,
        },
      ]);
    const isTooShort = leaseMs < idleTransactionMaxMs + WORK_MIN_MS;
    this.lateCommitMs = fenced || isTooShort ? 0 : idleTransactionMaxMs;
    if (isTooShort && !fenced)
      resources.log.warn('lease too short to outlast a COMMIT that arrives late', {
        [leaseVariable]: leaseMs,
        enoughMs: idleTransactionMaxMs + WORK_MIN_MS,
      });
  }

  /**
   * Runs one transaction under `lease` and releases the lease. Rejects as {@link transact} does.
   */
  async holding<T>(lease: Lease, work: Work<T>, deadline: Deadline): Promise<T> {
    try {
      return await this.transact(lease, work, deadline);
    } finally {
      await this.release(lease, deadline);
    }
  }

  /**
   * Runs one transaction under `lease`, which is checked once more before COMMIT. Rejects with
   * NoVerdict 'lease-lost', or as the transaction does.
   */
  async transact<T>(lease: Lease, work: Work<T>, deadline: Deadline): Promise<T> {
    const { stockStore, clock } = this.resources;
    try {
      return await stockStore.inTransaction(
        this.settings.fenced ? 'compare-version' : 'subtract',
        async (stock) => {
          const result = await work(stock);
          if (clock.monotonicMs() >= lease.endsAtMs - this.lateCommitMs)
            throw this.lost(lease, 'before COMMIT');
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

  /** Whether `lease` is neither lost nor left behind by a COMMIT with an unknown outcome. */
  isUsable(lease: Lease): boolean {
    return !this.reported.has(lease) && !this.indeterminate.has(lease);
  }

  /**
   * Whether one more transaction fits into what is left of `lease`, with time for its work before
   * the part in which no COMMIT is sent.
   */
  fitsInto(lease: Lease): boolean {
    const { stockStore, clock } = this.resources;
    const forLateCommitMs = this.lateCommitMs === 0 ? 0 : this.lateCommitMs + WORK_MIN_MS;
    const neededMs = Math.max(stockStore.transactionMaxMs, forLateCommitMs);
    return lease.endsAtMs - clock.monotonicMs() > neededMs;
  }

  /**
   * Releases the lock, and waits for the answer as long as a claim with this deadline may. Never
   * rejects: where Redis does not answer, the lock is released once it does, or its lease ends.
   */
  async release(lease: Lease, deadline: Deadline): Promise<void> {
    // A COMMIT without an answer may still be in progress, and the next holder must not read before
    // it ends: let the lease expire instead.
    if (this.indeterminate.has(lease)) return;
    const released = await withinMs(
      lease.release(),
      leftMs(deadline, RELEASE_GRACE_MS, this.resources.clock),
      () => new NoVerdict('unavailable', `${lease.key}: its release was not answered in time`),
    ).catch(() => true);
    if (!released) this.lost(lease, 'at its release');
  }

  /** Counts and logs once that `lease` had expired, and returns the error to throw. */
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
