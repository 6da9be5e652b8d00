import {
  attemptsOf,
  countUntil,
  endOf,
  grantOf,
  ownFromMs,
  recordedFromMs,
  startOf,
  type ClaimHistory,
  type ClaimIndex,
} from '../claim-index.js';
import type { Attempt } from '../run-history.js';
import { ViolationCollector, type CheckResult } from '../violation-collector.js';

/**
 * Whether the stock can have been gone at some moment of `attempt`. At any moment, at most those
 * coupons can be gone whose claims had begun by then. A claim that was not granted takes no stock.
 */
function canHaveBeenSoldOut(
  attempt: Attempt,
  ownMs: number,
  { history, takenFromMs, totals }: ClaimIndex,
): boolean {
  const soldOutBy = (atMs: number): boolean =>
    history.before.rows.length + countUntil(takenFromMs, atMs) - (ownMs <= atMs ? 1 : 0) >=
    totals.leastAt(atMs);
  const endMs = endOf(attempt);
  // More are gone later, but until a raise ends the total may be lower.
  return (
    soldOutBy(endMs) ||
    totals.raises.some(
      (raise) => raise.endMs >= startOf(attempt) && raise.endMs < endMs && soldOutBy(raise.endMs),
    )
  );
}

/**
 * Claims that were told "sold out" before that was true, or after stock had come back: no order of
 * the claims that fits their times explains the answer.
 */
export function soldOutTooEarly(index: ClaimIndex): CheckResult {
  const collector = new ViolationCollector();
  for (const one of index.claims.values()) {
    for (const attempt of attemptsOf(one)) {
      if (attempt.reason !== 'SOLD_OUT') continue;
      const ownMs = index.earlier.has(one.claimId) ? Number.POSITIVE_INFINITY : ownFromMs(one);
      if (!canHaveBeenSoldOut(attempt, ownMs, index)) collector.add(one.claimId);
    }
  }
  return collector.result('told sold out while there was stock');
}

/** A grant of the run, and when it must have been made. */
interface TimedGrant {
  readonly claimId: string;
  readonly fromMs: number;
  readonly untilMs: number;
}

/** The answered grants of the run that have a row, in the order of their answers. */
function timedGrants({ claims, earlier }: ClaimIndex): readonly TimedGrant[] {
  return [...claims.values()]
    .flatMap((one) => {
      const grant = one.row === null || earlier.has(one.claimId) ? null : grantOf(one);
      if (grant === null) return [];
      return [{ claimId: one.claimId, fromMs: recordedFromMs(one), untilMs: endOf(grant) }];
    })
    .sort((a, b) => a.untilMs - b.untilMs);
}

/**
 * Claims that were granted before the stock for them had come, or after it was taken away: by some
 * moment more grants were answered than there can have been coupons when the last of them was made.
 */
export function grantedTooEarly(index: ClaimIndex): CheckResult {
  const { history, totals } = index;
  const collector = new ViolationCollector();
  // Where no change has a time, only the rows can be too many.
  const timed = history.stockChanges.some(({ endMs }) => Number.isFinite(endMs));
  let gone = history.before.rows.length;
  // The last grant was made no earlier than the last of the claims began.
  let lastFromMs = Number.NEGATIVE_INFINITY;
  for (const { claimId, fromMs, untilMs } of timed ? timedGrants(index) : []) {
    gone += 1;
    lastFromMs = Math.max(lastFromMs, fromMs);
    if (gone > totals.mostWithin(lastFromMs, untilMs)) collector.add(claimId);
  }
  return collector.result('granted while there was no stock for it');
}

interface Numbered {
  readonly claimId: string;
  readonly ordinal: number;
  readonly fromMs: number;
  readonly untilMs: number;
}

const numberedOf = (one: ClaimHistory): Numbered | null => {
  if (one.row === null || one.first === null) return null;
  const grant = grantOf(one);
  return {
    claimId: one.claimId,
    ordinal: one.row.ordinal,
    fromMs: recordedFromMs(one),
    untilMs: grant === null ? Number.POSITIVE_INFINITY : endOf(grant),
  };
};

/**
 * A claim that began after another was answered has the lower number, where the strategy promises
 * order. Both are named.
 */
export function outOfOrder({ claims, earlier, issuesInOrder }: ClaimIndex): CheckResult {
  const collector = new ViolationCollector();
  const text = 'a lower number than that of a claim which was answered before this one began';
  if (!issuesInOrder) return collector.result(text);
  const byStart: Numbered[] = [];
  for (const one of claims.values()) {
    const numbered = earlier.has(one.claimId) ? null : numberedOf(one);
    if (numbered !== null) byStart.push(numbered);
  }
  const byEnd = byStart.toSorted((a, b) => a.untilMs - b.untilMs);
  byStart.sort((a, b) => a.fromMs - b.fromMs);
  let ended = 0;
  let highest: Numbered | null = null;
  for (const now of byStart) {
    for (
      let next = byEnd[ended];
      next !== undefined && next.untilMs < now.fromMs;
      next = byEnd[ended]
    ) {
      if (highest === null || next.ordinal > highest.ordinal) highest = next;
      ended += 1;
    }
    if (highest !== null && now.ordinal < highest.ordinal)
      collector.add(now.claimId, highest.claimId);
  }
  return collector.result(text);
}

/**
 * Rows dated before their claim began or after it was answered, by more than the clocks can differ.
 */
export function issuedOutsideClaim({
  history: { clockSkewMaxMs },
  claims,
}: ClaimIndex): CheckResult {
  const collector = new ViolationCollector();
  if (clockSkewMaxMs !== null) {
    for (const one of claims.values()) {
      const numbered = numberedOf(one);
      const atMs = one.row?.issuedAtMs;
      if (numbered === null || atMs === undefined) continue;
      if (atMs < numbered.fromMs - clockSkewMaxMs || atMs > numbered.untilMs + clockSkewMaxMs)
        collector.add(one.claimId);
    }
  }
  return collector.result('the row is dated outside the time of its claim');
}
