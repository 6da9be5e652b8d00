import {
  attemptsOf,
  countUntil,
  endOf,
  grantOf,
  ownFromMs,
  recordedFromMs,
  type ClaimHistory,
  type ClaimIndex,
} from '../claim-index.js';
import type { Attempt } from '../run-history.js';
import { ViolationCollector, type CheckResult } from '../violation-collector.js';

/** Rows of a user beyond what one user may hold. */
export function perUserLimit({ history: { rows, perUserLimit } }: ClaimIndex): CheckResult {
  const collector = new ViolationCollector();
  const held = new Map<number, number>();
  if (perUserLimit !== null) {
    for (const { userId, claimId } of rows) {
      if (userId === undefined) continue;
      const count = (held.get(userId) ?? 0) + 1;
      held.set(userId, count);
      if (count > perUserLimit) collector.add(claimId);
    }
  }
  return collector.result(
    `more coupons than the ${perUserLimit ?? 'any number'} that one user may hold`,
  );
}

/**
 * The earliest times at which each user's coupons can have been taken, ascending; null when some
 * row's user is unknown.
 */
function takenByUser({ claims, earlier }: ClaimIndex): ReadonlyMap<number, Float64Array> | null {
  const times = new Map<number, number[]>();
  for (const one of claims.values()) {
    const grant = grantOf(one);
    if (one.row === null && grant === null) continue;
    const userId = one.row?.userId ?? grant?.userId;
    if (userId === undefined) return null;
    const fromMs = earlier.has(one.claimId) ? Number.NEGATIVE_INFINITY : recordedFromMs(one);
    const known = times.get(userId);
    if (known === undefined) times.set(userId, [fromMs]);
    else known.push(fromMs);
  }
  return new Map([...times].map(([userId, list]) => [userId, Float64Array.from(list).sort()]));
}

const none = new Float64Array();

/** Tells whether some user can have held as many coupons as one user may, by a time. */
class HeldCoupons {
  readonly #taken: ReadonlyMap<number, Float64Array>;
  /** The earliest time at which any user can have reached the limit; infinity: none ever. */
  readonly #anyFromMs: number;

  constructor(
    taken: ReadonlyMap<number, Float64Array>,
    private readonly perUserLimit: number,
  ) {
    this.#taken = taken;
    this.#anyFromMs = [...taken.values()].reduce(
      (first, times) => Math.min(first, times[perUserLimit - 1] ?? Number.POSITIVE_INFINITY),
      Number.POSITIVE_INFINITY,
    );
  }

  /** Whether the user of `attempt` can have been at the limit; any user where it names none. */
  canBeFull(attempt: Attempt, ownMs: number): boolean {
    const untilMs = endOf(attempt);
    if (attempt.userId === undefined) return this.#anyFromMs <= untilMs;
    const held = countUntil(this.#taken.get(attempt.userId) ?? none, untilMs);
    return held - (ownMs <= untilMs ? 1 : 0) >= this.perUserLimit;
  }
}

/**
 * Claims that were told "limit reached" while their user cannot have held so many coupons; where
 * the history names no user, while no user can.
 */
export function limitTooEarly(index: ClaimIndex): CheckResult {
  const { claims, earlier, history } = index;
  const collector = new ViolationCollector();
  const refused = function* (): Generator<readonly [ClaimHistory, Attempt]> {
    for (const one of claims.values())
      for (const attempt of attemptsOf(one))
        if (attempt.reason === 'LIMIT_REACHED') yield [one, attempt];
  };
  let held: HeldCoupons | null | undefined;
  for (const [one, attempt] of refused()) {
    if (held === undefined) held = heldCoupons(index);
    const ownMs = earlier.has(one.claimId) ? Number.POSITIVE_INFINITY : ownFromMs(one);
    if (history.perUserLimit === null || held?.canBeFull(attempt, ownMs) === false)
      collector.add(one.claimId);
  }
  return collector.result('told that the limit is reached by a user below it');
}

/** Null where there is no limit, or some row's user is unknown. */
function heldCoupons(index: ClaimIndex): HeldCoupons | null {
  const { perUserLimit } = index.history;
  const taken = perUserLimit === null ? null : takenByUser(index);
  return taken === null || perUserLimit === null ? null : new HeldCoupons(taken, perUserLimit);
}
