import {
  attemptsOf,
  canHaveRow,
  countUntil,
  endOf,
  grantOf,
  recordedFromMs,
  startOf,
  type ClaimHistory,
  type ClaimIndex,
} from '../claim-index.js';
import type { Attempt, RunHistory } from '../run-history.js';
import { ViolationCollector, type ViolationEvidence } from '../violation-collector.js';

/**
 * Whether the stock can have been gone at some moment of `attempt`. At a moment, at most those
 * coupons can be gone whose claims had begun by then; and at least that stock must have been there
 * whose return was over. A claim that came to nothing takes no stock.
 */
function canHaveBeenSoldOut(
  attempt: Attempt,
  ownFromMs: number,
  { history: evidence, takenFromMs }: ClaimIndex,
  restocks: RunHistory['restocks'],
): boolean {
  const stock = evidence.before.total - evidence.before.rows.length;
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
 * From when on the claim's own coupon can have been among those that were gone: it is no reason for
 * a no to the same claim. Infinity: it is not, or every attempt was told no, which is a finding of
 * its own.
 */
const ownFromMs = (one: ClaimHistory): number =>
  (one.row !== null || grantOf(one) !== null) && canHaveRow(one)
    ? recordedFromMs(one)
    : Number.POSITIVE_INFINITY;

/**
 * Told "sold out" before that was true, or after stock had come back: no order of the claims that
 * fits their times explains the answer.
 */
export function soldOutTooEarly(book: ClaimIndex): ViolationEvidence {
  const charge = new ViolationCollector();
  const restocks = book.history.restocks.toSorted((a, b) => a.endMs - b.endMs);
  for (const one of book.claims.values()) {
    for (const attempt of attemptsOf(one)) {
      if (attempt.reason !== 'SOLD_OUT') continue;
      if (
        !canHaveBeenSoldOut(
          attempt,
          book.earlier.has(one.claimId) ? Number.POSITIVE_INFINITY : ownFromMs(one),
          book,
          restocks,
        )
      )
        charge.add(one.claimId);
    }
  }
  return charge.proof('told sold out while there was stock');
}

/**
 * Granted before the stock for it had come: at some moment more grants were answered than there can
 * have been coupons by then.
 */
export function grantedTooEarly({
  claims: cases,
  earlier,
  history: { before, after, restocks },
}: ClaimIndex): ViolationEvidence {
  const charge = new ViolationCollector();
  // A total that was raised at a time that nobody knows proves nothing.
  const known = restocks.reduce((total, { count }) => total + count, before.total) === after.total;
  if (known && restocks.length > 0) {
    const answers = [...cases.values()].flatMap((one) => {
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
        if (done + 1 > stockBy(untilMs)) charge.add(claimId);
      });
  }
  return charge.proof('granted before there was stock for it');
}

/**
 * Times from which on each user's coupons can have been taken, ascending; null when some row does
 * not tell its user.
 */
function takenByUser({
  claims: cases,
  earlier,
}: ClaimIndex): ReadonlyMap<number, Float64Array> | null {
  const times = new Map<number, number[]>();
  for (const one of cases.values()) {
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

/**
 * Told that the limit is reached by a user who cannot have held so many at any moment of the claim.
 */
export function limitTooEarly(book: ClaimIndex): ViolationEvidence {
  const {
    earlier,
    history: { perUserLimit },
  } = book;
  const charge = new ViolationCollector();
  let taken: ReturnType<typeof takenByUser> | undefined;
  for (const one of book.claims.values()) {
    for (const attempt of attemptsOf(one)) {
      if (attempt.reason !== 'LIMIT_REACHED') continue;
      if (taken === undefined) taken = takenByUser(book);
      if (perUserLimit === null) charge.add(one.claimId);
      if (perUserLimit === null || taken === null || attempt.userId === undefined) continue;
      const own = !earlier.has(one.claimId) && ownFromMs(one) <= endOf(attempt) ? 1 : 0;
      if (countUntil(taken.get(attempt.userId) ?? none, endOf(attempt)) - own < perUserLimit)
        charge.add(one.claimId);
    }
  }
  return charge.proof('told that the limit is reached by a user below it');
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
export function outOfOrder({
  claims: cases,
  earlier,
  issuesInOrder,
}: ClaimIndex): ViolationEvidence {
  const charge = new ViolationCollector();
  const text = 'a lower number than that of a claim which was answered before this one began';
  if (!issuesInOrder) return charge.proof(text);
  const byStart: Numbered[] = [];
  for (const one of cases.values()) {
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
    if (highest !== null && now.ordinal < highest.ordinal) charge.add(now.claimId, highest.claimId);
  }
  return charge.proof(text);
}

/**
 * A row dated before its claim began or after it was answered, by more than the clocks can differ.
 */
export function issuedOutsideClaim({
  history: { clockSkewMaxMs },
  claims: cases,
}: ClaimIndex): ViolationEvidence {
  const charge = new ViolationCollector();
  if (clockSkewMaxMs !== null) {
    for (const one of cases.values()) {
      const numbered = numberedOf(one);
      const atMs = one.row?.issuedAtMs;
      if (numbered === null || atMs === undefined) continue;
      if (atMs < numbered.fromMs - clockSkewMaxMs || atMs > numbered.untilMs + clockSkewMaxMs)
        charge.add(one.claimId);
    }
  }
  return charge.proof('the row is dated outside the time of its claim');
}
