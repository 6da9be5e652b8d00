import {
  attemptsOf,
  canHaveRow,
  endOf,
  grantOf,
  recordedFromMs,
  startOf,
  type ClaimHistory,
  type ClaimIndex,
} from '../claim-index.js';
import { isForeign, isGrant, isMissing, saysNothingIssued, type Attempt } from '../run-history.js';
import { ViolationCollector, type CheckResult } from '../violation-collector.js';

/** Collects the claims that `wrong` holds for. */
function claimsWhere(
  { claims }: ClaimIndex,
  text: string,
  wrong: (one: ClaimHistory) => boolean,
): CheckResult {
  const collector = new ViolationCollector();
  for (const one of claims.values()) if (wrong(one)) collector.add(one.claimId);
  return collector.result(text);
}

const wasRefused = (one: ClaimHistory): boolean => {
  for (const attempt of attemptsOf(one)) if (saysNothingIssued(attempt)) return true;
  return false;
};

/**
 * Claims that were granted and have no row, less as many as came back: which of them did nobody
 * knows, but they were granted before that.
 */
export function grantedWithoutRow(index: ClaimIndex): CheckResult {
  const { totals } = index;
  let returned = totals.givenBackEver;
  return claimsWhere(index, 'answered 200 but not in the database', (one) => {
    const grant = one.row === null ? grantOf(one) : null;
    if (grant === null) return false;
    if (returned === 0 || !totals.canComeBackAfter(recordedFromMs(one))) return true;
    returned -= 1;
    return false;
  });
}

/** Claims that were granted under another number than the row's. */
export function ordinalDiffers(index: ClaimIndex): CheckResult {
  return claimsWhere(index, 'the row has another number than the answer', (one) => {
    const grant = one.row === null ? null : grantOf(one);
    return grant !== null && grant.ordinal !== one.row?.ordinal;
  });
}

/**
 * Claims that have a row although no attempt can have made it: each was refused, or answered with a
 * replay of a grant that no client was ever given.
 */
export const refusedButRecorded = (index: ClaimIndex): CheckResult =>
  claimsWhere(
    index,
    'told no, but the row is there',
    (one) =>
      one.row !== null && !index.earlier.has(one.claimId) && wasRefused(one) && !canHaveRow(one),
  );

/** Rows that no client's claim explains, not even one whose answer was lost. */
export function untoldRow(index: ClaimIndex): CheckResult {
  return claimsWhere(
    index,
    'a row of a claim that no client made',
    (one) =>
      index.history.attempts !== null && one.first === null && !index.earlier.has(one.claimId),
  );
}

/** Claims whose row belongs to another user. */
export function userDiffers(index: ClaimIndex): CheckResult {
  return claimsWhere(index, 'the row belongs to another user than the claim', (one) => {
    const userId = one.row?.userId;
    if (userId === undefined) return false;
    for (const attempt of attemptsOf(one))
      if (attempt.userId !== undefined && attempt.userId !== userId && !saysNothingIssued(attempt))
        return true;
    return false;
  });
}

/**
 * A no that a granted claim never gets, whatever has become of the coupon since. A passing failure
 * (503, a lock timeout) contradicts nothing.
 */
const isRefusal = ({ reason }: Attempt): boolean =>
  reason === 'SOLD_OUT' || reason === 'LIMIT_REACHED' || reason === 'NOT_OPEN';

const contradicts = (grant: Attempt, later: Attempt): boolean =>
  isGrant(later)
    ? later.ordinal !== grant.ordinal
    : isRefusal(later) && startOf(later) > endOf(grant);

/** Whether a replay was answered before any attempt that can have been granted had begun. */
function repeatsTooEarly(one: ClaimHistory): boolean {
  if (!canHaveRow(one)) return false;
  const fromMs = recordedFromMs(one);
  for (const attempt of attemptsOf(one))
    if (attempt.replayed === true && endOf(attempt) < fromMs) return true;
  return false;
}

/**
 * Granted claims that were answered otherwise when they were made again. A refused claim leaves no
 * row, so a later attempt may be granted.
 */
export function replayDiffers(index: ClaimIndex): CheckResult {
  return claimsWhere(
    index,
    'a claim made again was answered otherwise than the first time',
    (one) => {
      if (one.row !== null && index.earlier.has(one.claimId))
        for (const attempt of attemptsOf(one)) if (isRefusal(attempt)) return true;
      const grant = one.later === null ? null : grantOf(one);
      if (grant === null) return false;
      for (const attempt of attemptsOf(one))
        if (attempt !== grant && contradicts(grant, attempt)) return true;
      return repeatsTooEarly(one);
    },
  );
}

/**
 * Granted claims whose own user was told that the key is another claim's. Nobody but the owner ever
 * had the key, so that the time of the answer does not matter. A row that no other attempt explains
 * is a violation of its own.
 */
export function keyDeniedToOwner({ history, claims, earlier }: ClaimIndex): CheckResult {
  const collector = new ViolationCollector();
  for (const attempt of history.attempts ?? []) {
    if (!isForeign(attempt) || attempt.userId === undefined) continue;
    const one = claims.get(attempt.claimId);
    if (one === undefined || (one.first === null && !earlier.has(one.claimId))) continue;
    const owner = one.row?.userId ?? grantOf(one)?.userId;
    if (attempt.userId === owner) collector.add(attempt.claimId);
  }
  return collector.result("a granted claim's own user was told that the key is another's");
}

/** Claims that were told that there is no such coupon. */
export function couponDenied(index: ClaimIndex): CheckResult {
  return claimsWhere(index, 'told 404 for a coupon that exists', (one) => {
    for (const attempt of attemptsOf(one)) if (isMissing(attempt)) return true;
    return false;
  });
}

/**
 * Stock that is left after the run, though clients were told that it is sold out. Coupons that were
 * granted and have no row count as issued: they are a violation of their own.
 */
export function underIssued({
  history,
  claims,
  earlier,
  takenFromMs,
  totals,
}: ClaimIndex): CheckResult {
  const collector = new ViolationCollector();
  // A total that was raised at an unknown time proves nothing.
  const known = totals.raises.filter(({ endMs }) => Number.isFinite(endMs));
  const unknown = totals.raises.filter((raise) => !known.includes(raise));
  const total = unknown.reduce((rest, { by }) => rest - by, history.after.total);
  const left = total - history.before.rows.length - takenFromMs.length;
  if (!history.quiet || left <= 0) return collector.result('');
  const lastRaiseMs = known.at(-1)?.endMs ?? Number.NEGATIVE_INFINITY;
  let refused = 0;
  for (const one of claims.values()) {
    if (earlier.has(one.claimId)) continue;
    for (const attempt of attemptsOf(one)) {
      // An answer from before the total was raised was right then.
      if (attempt.reason !== 'SOLD_OUT' || startOf(attempt) <= lastRaiseMs) continue;
      refused += 1;
      collector.add(one.claimId);
    }
  }
  return collector.result(
    `${left} coupons are left, though ${refused} claims were told that it is sold out`,
    refused === 0 ? 0 : left,
  );
}
