import type { CouponRecord } from '@coupon/application';
import {
  check,
  newCouponHistory,
  type Attempt,
  type RunHistory,
  type StockChange,
} from '@coupon/checker';
import type { Violation, ViolationKind } from '@coupon/results';
import type { Breach } from './breach.js';
import type { RecordedClaim } from './clients/answer.js';
import type { InvariantName } from './invariants.js';

/** The invariant that each violation breaks. */
const brokenInvariant: Readonly<Record<ViolationKind, InvariantName>> = {
  'over-issued': 'no-coupon-too-many',
  'granted-too-early': 'no-coupon-too-many',
  'per-user-limit': 'per-user-limit',
  'lost-updates': 'no-lost-update',
  'stock-leaked': 'no-lost-update',
  'earlier-row-gone': 'no-lost-update',
  'duplicate-ordinals': 'numbered-once-each',
  'missing-ordinals': 'numbered-once-each',
  'ordinal-out-of-range': 'numbered-once-each',
  'out-of-order': 'numbered-in-order',
  'granted-without-row': 'answers-match-rows',
  'ordinal-differs': 'answers-match-rows',
  'refused-but-recorded': 'answers-match-rows',
  'untold-row': 'answers-match-rows',
  'user-differs': 'answers-match-rows',
  'issued-outside-claim': 'answers-match-rows',
  'coupon-denied': 'answers-match-rows',
  'claim-recorded-twice': 'replay-tells-the-first-outcome',
  'replay-differs': 'replay-tells-the-first-outcome',
  'key-denied-to-owner': 'replay-tells-the-first-outcome',
  'sold-out-too-early': 'sold-out-is-true',
  'limit-too-early': 'limit-is-true',
  'under-issued': 'sells-out',
};

type HttpAnswer = Pick<Attempt, 'status' | 'reason' | 'ordinal' | 'replayed'>;

/** The refusals that HTTP answers with another status or reason than 409 and their own name. */
const httpRefusals: ReadonlyMap<string, Pick<Attempt, 'status' | 'reason'>> = new Map([
  ['KEY_REUSED', { status: 422, reason: 'KEY_REUSED' }],
  ['NO_SUCH_COUPON', { status: 404, reason: 'NOT_FOUND' }],
  ...['NOT_OPEN_YET', 'ALREADY_CLOSED', 'PAUSED'].map(
    (closed) => [closed, { status: 409, reason: 'NOT_OPEN' }] as const,
  ),
]);

/** An answer as the HTTP service gives it. */
function httpAnswer({ claim, answer }: RecordedClaim, record: CouponRecord): HttpAnswer {
  const none = { reason: null, ordinal: null };
  switch (answer.kind) {
    case 'granted':
      return { ...none, status: 200, ordinal: answer.ordinal, replayed: answer.replayed };
    case 'refused':
      return {
        ...none,
        ...(httpRefusals.get(answer.refusal) ?? { status: 409, reason: answer.refusal }),
      };
    case 'no-verdict':
      return { ...none, status: answer.noVerdict === 'indeterminate' ? 504 : 503 };
    case 'already-recorded':
      // The use case would answer with the row: without one, the answer is a grant without a row.
      return {
        ...none,
        status: 200,
        ordinal: record.grants.find(({ claimId }) => claimId === claim.id)?.ordinal ?? null,
      };
    case 'error':
      return { ...none, status: 500 };
    case 'unanswered':
      return { ...none, status: 0 };
  }
}

/**
 * Checks the answers to claims for a new coupon against its rows, once these rest. `changes` are
 * those of its total meanwhile.
 */
export function checkClaims(
  claims: readonly RecordedClaim[],
  record: CouponRecord,
  changes: readonly StockChange[] = [],
): readonly Breach[] {
  const fresh = newCouponHistory({
    attempts: claims.map((one) => ({
      claimId: one.claim.id,
      userId: one.claim.user,
      startMs: one.sentAtMs,
      endMs: one.answer.kind === 'unanswered' ? null : one.answeredAtMs,
      ...httpAnswer(one, record),
    })),
    rows: record.grants.map(({ claimId, ordinal, user }) => ({ claimId, ordinal, userId: user })),
    coupon: { total: record.totalQuantity, remaining: record.remaining },
    perUserLimit: record.perUserLimit,
    clockSkewMaxMs: null,
  });
  const total = changes.reduce((sum, { by }) => sum - by, record.totalQuantity);
  const history: RunHistory = {
    ...fresh,
    before: { total, remaining: total, rows: [] },
    stockChanges: changes,
  };
  const asBreach = (invariantOf: (kind: ViolationKind) => InvariantName) => (one: Violation) => ({
    invariant: invariantOf(one.kind),
    what: `${one.text} (${one.kind}, ${one.count})`,
  });
  const unordered = check(history, { issuesInOrder: false }).violations;
  // Numbers that were left out: a fault of any strategy only once all coupons are issued.
  const inOrder = check(history, { issuesInOrder: true }, [
    'out-of-order',
    'missing-ordinals',
  ]).violations.filter(({ kind }) => unordered.every((one) => one.kind !== kind));
  return [
    ...unordered.map(asBreach((kind) => brokenInvariant[kind])),
    ...inOrder.map(asBreach(() => 'numbered-in-order')),
  ];
}
