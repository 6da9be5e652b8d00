import {
  attemptsOf,
  canHaveRow,
  endOf,
  grantOf,
  startOf,
  type ClaimHistory,
  type ClaimIndex,
} from '../claim-index.js';
import { isGrant, isNo, type Attempt } from '../run-history.js';
import { ViolationCollector, type ViolationEvidence } from '../violation-collector.js';

/** Counts the cases that `wrong` holds for. */
function each(
  { claims: cases }: ClaimIndex,
  text: string,
  wrong: (one: ClaimHistory) => boolean,
): ViolationEvidence {
  const charge = new ViolationCollector();
  for (const one of cases.values()) if (wrong(one)) charge.add(one.claimId);
  return charge.proof(text);
}

/** Acknowledged, but the row is missing. */
export const grantedWithoutRow = (book: ClaimIndex): ViolationEvidence =>
  each(
    book,
    'answered 200 but not in the database',
    (one) => one.row === null && grantOf(one) !== null,
  );

/** Acknowledged under another number than the row's. */
export function ordinalDiffers(book: ClaimIndex): ViolationEvidence {
  return each(book, 'the row has another number than the answer', (one) => {
    const grant = one.row === null ? null : grantOf(one);
    return grant !== null && grant.ordinal !== one.row?.ordinal;
  });
}

/**
 * Told "no" every time, but the row is there. An unknown outcome would explain the row; a later
 * grant too.
 */
export const refusedButRecorded = (book: ClaimIndex): ViolationEvidence =>
  each(
    book,
    'told no, but the row is there',
    (one) =>
      one.row !== null && one.first !== null && !book.earlier.has(one.claimId) && !canHaveRow(one),
  );

/** A row that no client's claim explains, not even one whose answer was lost. */
export function untoldRow(book: ClaimIndex): ViolationEvidence {
  return each(
    book,
    'a row of a claim that no client made',
    (one) => book.history.attempts !== null && one.first === null && !book.earlier.has(one.claimId),
  );
}

/** The row is another user's than the claim was. */
export function userDiffers(book: ClaimIndex): ViolationEvidence {
  return each(book, 'the row belongs to another user than the claim', (one) => {
    const userId = one.row?.userId;
    if (userId === undefined) return false;
    for (const attempt of attemptsOf(one))
      if (attempt.userId !== undefined && attempt.userId !== userId && !isNo(attempt)) return true;
    return false;
  });
}

/**
 * What the law says, and not a passing failure (503, a lock not got), which contradicts nothing.
 */
const isRefusal = ({ reason }: Attempt): boolean =>
  reason === 'SOLD_OUT' || reason === 'LIMIT_REACHED';

const contradicts = (grant: Attempt, later: Attempt): boolean =>
  isGrant(later)
    ? later.ordinal !== grant.ordinal
    : isRefusal(later) && startOf(later) > endOf(grant);

/**
 * A claim that was granted, told something else when it was made again. A refusal leaves no row, so
 * that one may be judged anew.
 */
export function replayDiffers(book: ClaimIndex): ViolationEvidence {
  return each(book, 'a claim made again was answered otherwise than the first time', (one) => {
    if (one.row !== null && book.earlier.has(one.claimId))
      for (const attempt of attemptsOf(one)) if (isRefusal(attempt)) return true;
    const grant = one.later === null ? null : grantOf(one);
    if (grant === null) return false;
    for (const attempt of attemptsOf(one))
      if (attempt !== grant && contradicts(grant, attempt)) return true;
    return false;
  });
}

/**
 * All is quiet and stock is left, though somebody was told that it is sold out. Coupons that were
 * acknowledged and have no row count as issued: they are a finding of their own.
 */
export function underIssued({
  history: evidence,
  claims: cases,
  earlier,
  takenFromMs,
}: ClaimIndex): ViolationEvidence {
  const charge = new ViolationCollector();
  // A total that was raised at a time that nobody knows proves nothing.
  const total = Math.min(
    evidence.after.total,
    evidence.restocks.reduce((sum, { count }) => sum + count, evidence.before.total),
  );
  const left = total - evidence.before.rows.length - takenFromMs.length;
  if (!evidence.quiet || left <= 0) return charge.proof('');
  const lastRestockMs = evidence.restocks.reduce(
    (latest, { endMs }) => Math.max(latest, endMs),
    Number.NEGATIVE_INFINITY,
  );
  let told = 0;
  for (const one of cases.values()) {
    if (earlier.has(one.claimId)) continue;
    for (const attempt of attemptsOf(one)) {
      // Told before stock came back, it was right then.
      if (attempt.reason !== 'SOLD_OUT' || startOf(attempt) <= lastRestockMs) continue;
      told += 1;
      charge.add(one.claimId);
    }
  }
  return charge.proof(
    `${left} coupons are left, though ${told} claims were told that it is sold out`,
    told === 0 ? 0 : left,
  );
}
