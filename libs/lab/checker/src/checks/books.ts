import type { ClaimIndex } from '../claim-index.js';
import type { GrantRow } from '../run-history.js';
import { ViolationCollector, type ViolationEvidence } from '../violation-collector.js';

/** What `quantity` must be: what it was, and what was added, less what was issued since. */
export const dueOf = ({ before, after, rows }: ClaimIndex['history']): number =>
  before.remaining + (after.total - before.total) - (rows.length - before.rows.length);

/** Rows whose number another row has too, the first of each not counted. */
export function duplicatesIn(rows: readonly GrantRow[]): readonly GrantRow[] {
  const seen = new Set<number>();
  return rows.filter(({ ordinal }) => seen.size === seen.add(ordinal).size);
}

/**
 * The highest number that can be right: more rows than there are coupons are over-issued, which is
 * another finding.
 */
const highestOf = ({ history: { after, rows } }: ClaimIndex): number =>
  Math.max(after.total, rows.length);

/**
 * `quantity` is higher than due: somebody's update was overwritten. The duplicate numbers show
 * whose.
 */
export function lostUpdates({ history: evidence }: ClaimIndex): ViolationEvidence {
  const charge = new ViolationCollector();
  const due = dueOf(evidence);
  const lost = Math.max(0, evidence.after.remaining - due);
  if (lost > 0) for (const { claimId } of duplicatesIn(evidence.rows)) charge.add(claimId);
  return charge.proof(`quantity is ${evidence.after.remaining} where ${due} was due`, lost);
}

/** `quantity` is lower than due: it was taken off without a row. */
export function stockLeaked({ history: evidence }: ClaimIndex): ViolationEvidence {
  const due = dueOf(evidence);
  return new ViolationCollector().proof(
    `quantity is ${evidence.after.remaining} where ${due} was due: taken off without a row`,
    Math.max(0, due - evidence.after.remaining),
  );
}

/** More rows than there ever were coupons. */
export function overIssued({ history: { before, after, rows } }: ClaimIndex): ViolationEvidence {
  const charge = new ViolationCollector();
  const total = Math.max(before.total, after.total);
  const excess = Math.max(0, rows.length - total);
  if (excess > 0) for (const { claimId, ordinal } of rows) if (ordinal > total) charge.add(claimId);
  return charge.proof(`${rows.length} coupons issued of ${total}`, excess);
}

/** One number for several coupons: they were issued from the same reading of the books. */
export function duplicateOrdinals({ history: evidence }: ClaimIndex): ViolationEvidence {
  const charge = new ViolationCollector();
  for (const { claimId } of duplicatesIn(evidence.rows)) charge.add(claimId);
  return charge.proof('coupon numbers given out more than once');
}

/**
 * Numbers below the highest that no row has, where they are given out in order or all are gone;
 * proven by the next row.
 */
export function missingOrdinals(book: ClaimIndex): ViolationEvidence {
  const { rows, after } = book.history;
  const charge = new ViolationCollector();
  const highest = highestOf(book);
  if (book.issuesInOrder || rows.length >= after.total) {
    const sorted = rows
      .filter(({ ordinal }) => ordinal >= 1 && ordinal <= highest)
      .sort((a, b) => a.ordinal - b.ordinal);
    let last = 0;
    for (const { ordinal, claimId } of sorted) {
      for (let missing = last + 1; missing < ordinal; missing += 1) charge.add(claimId);
      last = ordinal;
    }
  }
  return charge.proof('coupon numbers left out');
}

/** Numbers that no coupon has. */
export function ordinalOutOfRange(book: ClaimIndex): ViolationEvidence {
  const charge = new ViolationCollector();
  const highest = highestOf(book);
  for (const { ordinal, claimId } of book.history.rows)
    if (!(Number.isSafeInteger(ordinal) && ordinal >= 1 && ordinal <= highest)) charge.add(claimId);
  return charge.proof(`coupon numbers outside 1 to ${book.history.after.total}`);
}

/** Several rows for one claim. */
export function claimRecordedTwice({
  history: evidence,
  claims: cases,
}: ClaimIndex): ViolationEvidence {
  const charge = new ViolationCollector();
  for (const row of evidence.rows) if (cases.get(row.claimId)?.row !== row) charge.add(row.claimId);
  return charge.proof('a claim with more than one row');
}

/** Rows that were there before the run and are gone or changed. */
export function earlierRowGone({
  history: evidence,
  claims: cases,
}: ClaimIndex): ViolationEvidence {
  const charge = new ViolationCollector();
  for (const row of evidence.before.rows)
    if (cases.get(row.claimId)?.row?.ordinal !== row.ordinal) charge.add(row.claimId);
  return charge.proof('a row from before the run is gone, or has another number');
}

/** Rows of a user beyond what one user may hold. */
export function perUserLimit({ history: { rows, perUserLimit } }: ClaimIndex): ViolationEvidence {
  const charge = new ViolationCollector();
  const held = new Map<number, number>();
  if (perUserLimit !== null) {
    for (const { userId, claimId } of rows) {
      if (userId === undefined) continue;
      const count = (held.get(userId) ?? 0) + 1;
      held.set(userId, count);
      if (count > perUserLimit) charge.add(claimId);
    }
  }
  return charge.proof(
    `more coupons than the ${perUserLimit ?? 'any number'} that one user may hold`,
  );
}
