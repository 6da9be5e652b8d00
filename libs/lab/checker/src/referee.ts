import { findingKinds, type Finding, type FindingKind, type Rows } from '@coupon/results';
import { openCasebook, type Casebook } from './casebook.js';
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
import { isUnknown, type Evidence } from './evidence.js';
import type { Proof } from './proof.js';

/** Looks for one kind of damage. A count of 0: there is none. */
export type Check = (book: Casebook) => Proof;

/** Every check, named by what it finds. */
export const checks: Readonly<Record<FindingKind, Check>> = {
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
export interface Report {
  readonly rows: Rows;
  /** Claims without a known answer, and how many of these the rows show as granted. */
  readonly unknown: { readonly claims: number; readonly granted: number };
  /** In the order of `findingKinds`. */
  readonly findings: readonly Finding[];
}

function unknownIn({ cases }: Casebook): Report['unknown'] {
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
 * `numbersInOrder` is what the strategy promises of its numbers. `looksFor` leaves checks out, for
 * tests of the referee itself.
 */
export function examine(
  evidence: Evidence,
  numbersInOrder: boolean,
  looksFor: readonly FindingKind[] = findingKinds,
): Report {
  const book = openCasebook(evidence, numbersInOrder);
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
