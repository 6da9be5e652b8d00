/** Shared locks are compatible with each other; an exclusive lock with none. */
export type LockMode = 'shared' | 'exclusive';

/** A transaction as far as its locks are concerned. */
export interface LockOwner {
  /** The cost of rolling it back: a deadlock's victim is the transaction with the lowest weight. */
  weight(): number;
  /** Undoes its changes: called on a deadlock's victim before its locks are released. */
  undo(): void;
}

/** The transaction was chosen as the victim of a deadlock and rolled back: errno 1213. */
export class DeadlockVictim extends Error {
  override readonly name = 'DeadlockVictim';
  readonly errno = 1213;
}

interface Request {
  readonly owner: LockOwner;
  readonly key: string;
  readonly mode: LockMode;
  granted: boolean;
  grant: () => void;
  fail: (error: DeadlockVictim) => void;
}

const compatible = (a: LockMode, b: LockMode): boolean => a === 'shared' && b === 'shared';

/**
 * Row locks as InnoDB keeps them: first come, first served, a newcomer queues behind waiting
 * requests too; held until the transaction's end. A wait that closes a cycle ends at once with a
 * victim: the lightest transaction in the cycle, between equals the newcomer.
 */
export class RowLocks {
  private requests: Request[] = [];

  /** Resolves when `owner` holds the row; rejects with DeadlockVictim. */
  async acquire(owner: LockOwner, key: string, mode: LockMode): Promise<void> {
    const holds = this.requests.some(
      (held) =>
        held.owner === owner &&
        held.key === key &&
        held.granted &&
        (held.mode === 'exclusive' || held.mode === mode),
    );
    if (holds) return;
    const request: Request = {
      owner,
      key,
      mode,
      granted: false,
      grant: () => undefined,
      fail: () => undefined,
    };
    const answered = new Promise<void>((resolve, reject) => {
      request.grant = resolve;
      request.fail = reject;
    });
    this.requests.push(request);
    this.grantPossible();
    const cycle = request.granted ? [] : this.cycleFrom(owner);
    if (cycle.length > 0) this.rollBackVictim(lightest(cycle, owner));
    return answered;
  }

  /** Releases all that `owner` holds or waits for, and grants what has become possible. */
  releaseAll(owner: LockOwner): void {
    this.requests = this.requests.filter((request) => request.owner !== owner);
    this.grantPossible();
  }

  /** The number of locks that a transaction holds or waits for: part of its weight. */
  countOf(owner: LockOwner): number {
    return this.requests.filter((request) => request.owner === owner).length;
  }

  /**
   * The owners a waiting request waits for: incompatible holders and earlier requests of its row.
   */
  private blockersOf(waiting: Request): readonly LockOwner[] {
    const place = this.requests.indexOf(waiting);
    return this.requests
      .filter(
        (other, index) =>
          other.owner !== waiting.owner &&
          other.key === waiting.key &&
          !compatible(other.mode, waiting.mode) &&
          (other.granted || index < place),
      )
      .map(({ owner }) => owner);
  }

  private grantPossible(): void {
    for (const request of this.requests) {
      if (request.granted || this.blockersOf(request).length > 0) continue;
      request.granted = true;
      request.grant();
    }
  }

  /** The transactions in a cycle of waits through `start`; empty when there is none. */
  private cycleFrom(start: LockOwner, path: readonly LockOwner[] = [start]): readonly LockOwner[] {
    const last = path.at(-1);
    for (const waiting of this.requests.filter(
      ({ owner, granted }) => owner === last && !granted,
    )) {
      for (const owner of this.blockersOf(waiting)) {
        if (owner === start) return path;
        const cycle = path.includes(owner) ? [] : this.cycleFrom(start, [...path, owner]);
        if (cycle.length > 0) return cycle;
      }
    }
    return [];
  }

  private rollBackVictim(victim: LockOwner): void {
    const waiting = this.requests.filter(({ owner, granted }) => owner === victim && !granted);
    victim.undo();
    this.releaseAll(victim);
    for (const { fail } of waiting)
      fail(new DeadlockVictim('deadlock found when trying to get a lock'));
  }
}

const lightest = (cycle: readonly LockOwner[], newcomer: LockOwner): LockOwner =>
  cycle.reduce((victim, owner) => (owner.weight() < victim.weight() ? owner : victim), newcomer);
