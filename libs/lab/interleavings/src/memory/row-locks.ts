/** Shared locks go together; an exclusive one goes with nothing. */
export type LockMode = 'shared' | 'exclusive';

/** A transaction as the locks know it. */
export interface LockOwner {
  /**
   * How much would be lost by rolling it back: the database takes the lighter of two as a
   * deadlock's victim.
   */
  weight(): number;
  /**
   * Called when it is chosen as a deadlock's victim, before its locks are let go: everything it did
   * is undone.
   */
  undo(): void;
}

/**
 * A transaction's wait ended since it was chosen as the victim of a deadlock: errno 1213, and the
 * transaction is gone.
 */
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
 * Row locks as InnoDB keeps them: first come, first served, where a newcomer also stands behind
 * those who wait; held until the transaction's end; a wait that closes a circle ends at once with a
 * victim, the lightest in the circle, in doubt the newcomer.
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
    this.grantWhatCan();
    const circle = request.granted ? [] : this.circleFrom(owner);
    if (circle.length > 0) this.sacrifice(lightest(circle, owner));
    return answered;
  }

  /** Lets go of all that `owner` holds or waits for; whoever can go on does. */
  releaseAll(owner: LockOwner): void {
    this.requests = this.requests.filter((request) => request.owner !== owner);
    this.grantWhatCan();
  }

  /** Locks and waits of a transaction: part of its weight. */
  countOf(owner: LockOwner): number {
    return this.requests.filter((request) => request.owner === owner).length;
  }

  /**
   * Whom a waiting request stands behind: holders of the row, and those who came before it, that it
   * does not go together with.
   */
  private inFrontOf(waiting: Request): readonly LockOwner[] {
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

  private grantWhatCan(): void {
    for (const request of this.requests) {
      if (request.granted || this.inFrontOf(request).length > 0) continue;
      request.granted = true;
      request.grant();
    }
  }

  /** The transactions in a circle of waits through `start`; empty where there is none. */
  private circleFrom(start: LockOwner, path: readonly LockOwner[] = [start]): readonly LockOwner[] {
    const last = path.at(-1);
    for (const waiting of this.requests.filter(
      ({ owner, granted }) => owner === last && !granted,
    )) {
      for (const owner of this.inFrontOf(waiting)) {
        if (owner === start) return path;
        const circle = path.includes(owner) ? [] : this.circleFrom(start, [...path, owner]);
        if (circle.length > 0) return circle;
      }
    }
    return [];
  }

  private sacrifice(victim: LockOwner): void {
    const waiting = this.requests.filter(({ owner, granted }) => owner === victim && !granted);
    victim.undo();
    this.releaseAll(victim);
    for (const { fail } of waiting)
      fail(new DeadlockVictim('deadlock found when trying to get a lock'));
  }
}

const lightest = (circle: readonly LockOwner[], newcomer: LockOwner): LockOwner =>
  circle.reduce((victim, owner) => (owner.weight() < victim.weight() ? owner : victim), newcomer);
