import { violationKinds, type Violation, type ViolationKind, type Rows } from '@coupon/results';
import { indexClaims, type ClaimIndex } from './claim-index.js';
import {
  grantedWithoutRow,
  ordinalDiffers,
  refusedButRecorded,
  replayDiffers,
  underIssued,
  untoldRow,
  userDiffers,
} from './checks/answers.js';
import {
  claimRecordedTwice,
  dueOf,
  duplicateOrdinals,
  duplicatesIn,
  earlierRowGone,
  lostUpdates,
  missingOrdinals,
  ordinalOutOfRange,
  overIssued,
  perUserLimit,
  stockLeaked,
} from './checks/books.js';
import {
  grantedTooEarly,
  issuedOutsideClaim,
  limitTooEarly,
  outOfOrder,
  soldOutTooEarly,
} from './checks/times.js';
import { isUnknown, type RunHistory } from './run-history.js';
import type { ViolationEvidence } from './violation-collector.js';

/** Looks for one kind of damage. A count of 0: there is none. */
export type Check = (book: ClaimIndex) => ViolationEvidence;

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
};

/** What the evidence shows, before it is compared with a promise. */
export interface CheckReport {
  readonly rows: Rows;
  /** Claims without a known answer, and how many of these the rows show as granted. */
  readonly unknown: { readonly claims: number; readonly granted: number };
  /** In the order of `findingKinds`. */
  readonly findings: readonly Violation[];
}

function unknownIn({ claims: cases }: ClaimIndex): CheckReport['unknown'] {
  let [claims, granted] = [0, 0];
  for (const { first, later, row } of cases.values()) {
    // A claim of which another attempt was answered is known.
    if (
      first === null ||
      !isUnknown(first) ||
      later?.some((attempt) => !isUnknown(attempt)) === true
    )
      continue;
    claims += 1;
    if (row !== null) granted += 1;
  }
  return { claims, granted };
}

/**
 * Judges one run. Pure; time and memory grow with the evidence (n log n for the order of times).
 * `issuesInOrder` is what the strategy promises of its numbers. `looksFor` leaves checks out, for
 * tests of the referee itself.
 */
export function check(
  evidence: RunHistory,
  issuesInOrder: boolean,
  looksFor: readonly ViolationKind[] = violationKinds,
): CheckReport {
  const book = indexClaims(evidence, issuesInOrder);
  const { rows, after } = evidence;
  return {
    rows: {
      total: after.total,
      issued: rows.length,
      remaining: after.remaining,
      lostUpdates: after.remaining - dueOf(evidence),
      overIssued: Math.max(0, rows.length - after.total),
      duplicateOrdinals: duplicatesIn(rows).length,
    },
    unknown: unknownIn(book),
    findings: looksFor.flatMap((kind) => {
      const { count, claims, text } = checks[kind](book);
      return count === 0 ? [] : [{ kind, count, text, claims: [...claims] }];
    }),
  };
}
