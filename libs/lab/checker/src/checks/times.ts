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
import type { Attempt, RunHistory } from '../run-history.js';
import { ViolationCollector, type CheckResult } from '../violation-collector.js';

/**
 * Whether the stock can have been gone at some moment of `attempt`. At any moment, at most those
 * coupons can be gone whose claims had begun by then, and at least that stock must have come back
 * whose restock had ended. A claim that was not granted takes no stock.
 */
function canHaveBeenSoldOut(
  attempt: Attempt,
  ownFromMs: number,
  { history, takenFromMs }: ClaimIndex,
  restocks: RunHistory['restocks'],
): boolean {
  const stock = history.before.total - history.before.rows.length;
  const goneBy = (atMs: number, back: number): boolean =>
    countUntil(takenFromMs, atMs) - (ownFromMs <= atMs ? 1 : 0) >= stock + back;
  let back = 0;
  for (const { count, endMs } of restocks) {
    if (endMs >= endOf(attempt)) break;
    if (endMs >= startOf(attempt) && goneBy(endMs, back)) return true;
    back += count;
  }
  return goneBy(endOf(attempt), back);
}

/**
 * Claims that were told "sold out" before that was true, or after stock had come back: no order of
 * the claims that fits their times explains the answer.
 */
export function soldOutTooEarly(index: ClaimIndex): CheckResult {
  const collector = new ViolationCollector();
  const restocks = index.history.restocks.toSorted((a, b) => a.endMs - b.endMs);
  for (const one of index.claims.values()) {
    for (const attempt of attemptsOf(one)) {
      if (attempt.reason !== 'SOLD_OUT') continue;
      if (
        !canHaveBeenSoldOut(
          attempt,
          index.earlier.has(one.claimId) ? Number.POSITIVE_INFINITY : ownFromMs(one),
          index,
          restocks,
        )
      )
        collector.add(one.claimId);
    }
  }
  return collector.result('told sold out while there was stock');
}

/**
 * Claims that were granted before the stock for them had come: at some moment more grants were
 * answered than there can have been coupons by then.
 */
export function grantedTooEarly({
  claims,
  earlier,
  history: { before, after, restocks },
}: ClaimIndex): CheckResult {
  const collector = new ViolationCollector();
  // A total that was raised at an unknown time proves nothing.
  const known = restocks.reduce((total, { count }) => total + count, before.total) === after.total;
  if (known && restocks.length > 0) {
    const answers = [...claims.values()].flatMap((one) => {
      const grant = one.row === null || earlier.has(one.claimId) ? null : grantOf(one);
      return grant === null ? [] : [{ claimId: one.claimId, untilMs: endOf(grant) }];
    });
    const stockBy = (atMs: number): number =>
      restocks.reduce(
        (stock, { count, startMs }) => stock + (startMs <= atMs ? count : 0),
        before.total - before.rows.length,
      );
    answers
      .sort((a, b) => a.untilMs - b.untilMs)
      .forEach(({ claimId, untilMs }, done) => {
        if (done + 1 > stockBy(untilMs)) collector.add(claimId);
      });
  }
  return collector.result('granted before there was stock for it');
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
