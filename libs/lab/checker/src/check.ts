import {
  violationKinds,
  type Guarantees,
  type Rows,
  type Violation,
  type ViolationKind,
} from '@coupon/results';
import { indexClaims, type ClaimHistory, type ClaimIndex } from './claim-index.js';
import {
  couponDenied,
  grantedWithoutRow,
  keyDeniedToOwner,
  ordinalDiffers,
  refusedButRecorded,
  replayDiffers,
  underIssued,
  untoldRow,
  userDiffers,
} from './checks/answers.js';
import { limitTooEarly, perUserLimit } from './checks/limit.js';
import {
  claimRecordedTwice,
  duplicateOrdinals,
  duplicatesIn,
  earlierRowGone,
  expectedRemaining,
  lostUpdates,
  missingOrdinals,
  ordinalOutOfRange,
  overIssued,
  stockLeaked,
} from './checks/rows.js';
import {
  grantedTooEarly,
  issuedOutsideClaim,
  outOfOrder,
  soldOutTooEarly,
} from './checks/times.js';
import { isUnknown, type RunHistory } from './run-history.js';
import type { CheckResult } from './violation-collector.js';

/** Looks for one kind of violation. */
export type Check = (index: ClaimIndex) => CheckResult;

/** Every check, named by what it finds. */
export const checks: Readonly<Record<ViolationKind, Check>> = {
  'lost-updates': lostUpdates,
  'over-issued': overIssued,
  'duplicate-ordinals': duplicateOrdinals,
  'granted-without-row': grantedWithoutRow,
  'ordinal-differs': ordinalDiffers,
  'refused-but-recorded': refusedButRecorded,
  'untold-row': untoldRow,
  'stock-leaked': stockLeaked,
  'under-issued': underIssued,
  'missing-ordinals': missingOrdinals,
  'ordinal-out-of-range': ordinalOutOfRange,
  'claim-recorded-twice': claimRecordedTwice,
  'earlier-row-gone': earlierRowGone,
  'user-differs': userDiffers,
  'per-user-limit': perUserLimit,
  'replay-differs': replayDiffers,
  'sold-out-too-early': soldOutTooEarly,
  'limit-too-early': limitTooEarly,
  'out-of-order': outOfOrder,
  'issued-outside-claim': issuedOutsideClaim,
  'granted-too-early': grantedTooEarly,
  'key-denied-to-owner': keyDeniedToOwner,
  'coupon-denied': couponDenied,
};

/** What a history shows, before it is compared with any guarantee. */
export interface CheckReport {
  readonly rows: Rows;
  /** Claims without a known answer, and how many of these the rows show as granted. */
  readonly unknown: { readonly claims: number; readonly granted: number };
  /** In the order of `violationKinds`. */
  readonly violations: readonly Violation[];
}

/** Whether no attempt at the claim has a known answer. */
const isUndecided = ({ first, later }: ClaimHistory): boolean =>
  first !== null && isUnknown(first) && (later ?? []).every(isUnknown);

function unknownIn(index: ClaimIndex): CheckReport['unknown'] {
  let claims = 0;
  let granted = 0;
  for (const one of index.claims.values()) {
    if (!isUndecided(one)) continue;
    claims += 1;
    if (one.row !== null) granted += 1;
  }
  return { claims, granted };
}

/**
 * Checks one run. Pure; time and memory grow with the history (n log n for the order of times).
 * `issuesInOrder`: whether the numbers are held to the order of real time. `looksFor` leaves checks
 * out.
 */
export function check(
  history: RunHistory,
  { issuesInOrder }: Pick<Guarantees, 'issuesInOrder'>,
  looksFor: readonly ViolationKind[] = violationKinds,
): CheckReport {
  const index = indexClaims(history, issuesInOrder);
  const { rows, after } = history;
  return {
    rows: {
      total: after.total,
      issued: rows.length,
      remaining: after.remaining,
      lostUpdates: after.remaining - expectedRemaining(history),
      overIssued: Math.max(0, rows.length - after.total),
      duplicateOrdinals: duplicatesIn(rows).length,
    },
    unknown: unknownIn(index),
    violations: looksFor.flatMap((kind) => {
      const { count, claims, text } = checks[kind](index);
      return count === 0 ? [] : [{ kind, count, text, claims: [...claims] }];
    }),
  };
}
