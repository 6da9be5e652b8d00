import { endOf, grantOf, type ClaimIndex } from '../claim-index.js';
import type { GrantRow } from '../run-history.js';
import { ViolationCollector, type CheckResult } from '../violation-collector.js';

/** What `quantity` must be: what it was, plus what was added, less what was issued since. */
export const expectedRemaining = ({ before, after, rows }: ClaimIndex['history']): number =>
  before.remaining + (after.total - before.total) - (rows.length - before.rows.length);

/** Rows whose number another row has too, the first of each not counted. */
export function duplicatesIn(rows: readonly GrantRow[]): readonly GrantRow[] {
  const seen = new Set<number>();
  return rows.filter(({ ordinal }) => seen.size === seen.add(ordinal).size);
}

/**
 * The highest number that can be right while no coupon came back. More rows than coupons are
 * over-issued, which is another violation.
 */
const highestOf = ({ history: { rows }, totals }: ClaimIndex): number =>
  Math.max(totals.mostEver, rows.length);

/** When the claim can have been recorded at the latest; infinity where nobody knows. */
function recordedUntilMs({ claims }: ClaimIndex, claimId: string): number {
  const grant = claims.get(claimId);
  const answer = grant === undefined ? null : grantOf(grant);
  return answer === null ? Number.POSITIVE_INFINITY : endOf(answer);
}

/**
 * `quantity` is higher than expected: an update was overwritten. The duplicate numbers show whose.
 */
export function lostUpdates({ history }: ClaimIndex): CheckResult {
  const collector = new ViolationCollector();
  const expected = expectedRemaining(history);
  const lost = Math.max(0, history.after.remaining - expected);
  if (lost > 0) for (const { claimId } of duplicatesIn(history.rows)) collector.add(claimId);
  return collector.result(
    `quantity is ${history.after.remaining} where ${expected} is expected`,
    lost,
  );
}

/** `quantity` is lower than expected: stock was taken without a row. */
export function stockLeaked({ history }: ClaimIndex): CheckResult {
  const expected = expectedRemaining(history);
  return new ViolationCollector().result(
    `quantity is ${history.after.remaining} where ${expected} is expected: taken without a row`,
    Math.max(0, expected - history.after.remaining),
  );
}

/** More rows than there ever were coupons. */
export function overIssued({ history: { rows }, totals }: ClaimIndex): CheckResult {
  const collector = new ViolationCollector();
  const total = totals.mostEver;
  const excess = Math.max(0, rows.length - total);
  if (excess > 0)
    for (const { claimId, ordinal } of rows) if (ordinal > total) collector.add(claimId);
  return collector.result(`${rows.length} coupons issued of ${total}`, excess);
}

/** Numbers of several coupons: these were issued from the same stock snapshot. */
export function duplicateOrdinals({ history }: ClaimIndex): CheckResult {
  const collector = new ViolationCollector();
  for (const { claimId } of duplicatesIn(history.rows)) collector.add(claimId);
  return collector.result('coupon numbers given out more than once');
}

/**
 * Numbers below the highest that no row has, where coupons are issued in order or all are issued.
 * Proven by the next row. As many as came back are left out rightly: they are not given again.
 */
export function missingOrdinals(index: ClaimIndex): CheckResult {
  const { rows } = index.history;
  const collector = new ViolationCollector();
  const { givenBackEver } = index.totals;
  const highest = highestOf(index) + givenBackEver;
  let missing = 0;
  if (index.issuesInOrder || rows.length >= index.totals.mostEver) {
    const sorted = rows
      .filter(({ ordinal }) => ordinal >= 1 && ordinal <= highest)
      .sort((a, b) => a.ordinal - b.ordinal);
    let last = 0;
    for (const { ordinal, claimId } of sorted) {
      for (let next = last + 1; next < ordinal; next += 1) {
        missing += 1;
        if (missing > givenBackEver) collector.add(claimId);
      }
      last = ordinal;
    }
  }
  return collector.result('coupon numbers left out');
}

/**
 * Rows with a number that no coupon has. The numbers of coupons that came back are not given again,
 * so that later ones may exceed the total by as many.
 */
export function ordinalOutOfRange(index: ClaimIndex): CheckResult {
  const { history, totals } = index;
  const collector = new ViolationCollector();
  const highest = highestOf(index);
  const isRight = (ordinal: number, claimId: string): boolean =>
    Number.isSafeInteger(ordinal) &&
    ordinal >= 1 &&
    (ordinal <= highest ||
      ordinal <= highest + totals.givenBackBy(recordedUntilMs(index, claimId)));
  for (const { ordinal, claimId } of history.rows)
    if (!isRight(ordinal, claimId)) collector.add(claimId);
  return collector.result(
    `coupon numbers outside 1 to ${totals.mostEver}` +
      (totals.givenBackEver > 0 ? `, and ${totals.givenBackEver} more for those given back` : ''),
  );
}

/** Rows of a claim that has another row. */
export function claimRecordedTwice({ history, claims }: ClaimIndex): CheckResult {
  const collector = new ViolationCollector();
  for (const row of history.rows)
    if (claims.get(row.claimId)?.row !== row) collector.add(row.claimId);
  return collector.result('a claim with more than one row');
}

/** Rows from before the run that are gone or changed. */
export function earlierRowGone({ history, claims }: ClaimIndex): CheckResult {
  const collector = new ViolationCollector();
  for (const row of history.before.rows)
    if (claims.get(row.claimId)?.row?.ordinal !== row.ordinal) collector.add(row.claimId);
  return collector.result('a row from before the run is gone, or has another number');
}
