import { DuplicateClaim, NoVerdict, type NoVerdictKind } from '@coupon/application';
import { check, newCouponHistory, type Attempt } from '@coupon/checker';
import type { ClaimId, Terms, UserId, Verdict } from '@coupon/domain';
import { scheduleOutcomes, type ScheduleOutcome, type ViolationKind } from '@coupon/results';

/** The answer to a claim. `failed` is a bug: only verdicts and NoVerdict are expected. */
export type ClaimResult =
  | { readonly kind: 'granted'; readonly ordinal: number }
  | { readonly kind: 'refused'; readonly refusal: string }
  | { readonly kind: 'no-verdict'; readonly why: NoVerdictKind }
  | { readonly kind: 'failed'; readonly message: string };

/** Runs a claim and resolves with what its client is told. Never rejects. */
export async function toldBy(issue: () => Promise<Verdict>): Promise<ClaimResult> {
  try {
    const verdict = await issue();
    return verdict.kind === 'granted'
      ? { kind: 'granted', ordinal: verdict.ordinal }
      : { kind: 'refused', refusal: verdict.refusal };
  } catch (error) {
    if (error instanceof NoVerdict) return { kind: 'no-verdict', why: error.kind };
    const message = error instanceof Error ? error.message : String(error);
    return {
      kind: 'failed',
      message:
        error instanceof DuplicateClaim
          ? `a first attempt was taken for a replay: ${message}`
          : message,
    };
  }
}

/** The rows after a round. */
export interface RecordedRows {
  /** What the coupon's row says is left. */
  readonly remaining: number;
  readonly grants: readonly {
    readonly claim: ClaimId;
    readonly user: UserId;
    readonly ordinal: number;
  }[];
}

/** Whether the outcome is a fault, and not only a claim without a verdict. */
export const isWrong = (outcome: ScheduleOutcome): boolean =>
  outcome === 'over-issued' || outcome === 'lost-update' || outcome === 'false-answer';

/** A claim of the round, its user and its answer. */
export interface Asked {
  readonly claim: ClaimId;
  readonly user: UserId;
  readonly told: ClaimResult;
}

/**
 * The outcome that each violation means: more was issued than allowed, the rows contradict each
 * other, or they contradict an answer.
 */
const outcomeOfViolation: Readonly<Record<ViolationKind, ScheduleOutcome>> = {
  'over-issued': 'over-issued',
  'granted-too-early': 'over-issued',
  'per-user-limit': 'over-issued',
  'claim-recorded-twice': 'over-issued',
  'lost-updates': 'lost-update',
  'stock-leaked': 'lost-update',
  'duplicate-ordinals': 'lost-update',
  'missing-ordinals': 'lost-update',
  'ordinal-out-of-range': 'lost-update',
  'earlier-row-gone': 'lost-update',
  'granted-without-row': 'false-answer',
  'ordinal-differs': 'false-answer',
  'refused-but-recorded': 'false-answer',
  'untold-row': 'false-answer',
  'under-issued': 'false-answer',
  'user-differs': 'false-answer',
  'replay-differs': 'false-answer',
  'sold-out-too-early': 'false-answer',
  'limit-too-early': 'false-answer',
  'out-of-order': 'false-answer',
  'issued-outside-claim': 'false-answer',
  'key-denied-to-owner': 'false-answer',
  'coupon-denied': 'false-answer',
};

/** What a client was told, as the HTTP service would answer it. */
function answerTo(told: ClaimResult): Pick<Attempt, 'status' | 'reason' | 'ordinal'> {
  switch (told.kind) {
    case 'granted':
      return { status: 200, reason: null, ordinal: told.ordinal };
    case 'refused':
      return { status: 409, reason: told.refusal, ordinal: null };
    case 'no-verdict':
      return { status: told.why === 'indeterminate' ? 504 : 503, reason: told.why, ordinal: null };
    case 'failed':
      return { status: 500, reason: told.message, ordinal: null };
  }
}

/** All claims of a round are in flight at once: no time says which of them came first. */
const attemptOf = ({ claim, user, told }: Asked): Attempt => ({
  claimId: claim,
  userId: user,
  startMs: 0,
  endMs: 1,
  ...answerTo(told),
});

/** The outcome of a round, by its rows and by what the clients were told. Pure. */
export function outcomeOf(
  { totalQuantity, perUserLimit }: Terms,
  asked: readonly Asked[],
  { remaining, grants }: RecordedRows,
): ScheduleOutcome {
  const history = newCouponHistory({
    attempts: asked.map(attemptOf),
    rows: grants.map(({ claim, user, ordinal }) => ({ claimId: claim, userId: user, ordinal })),
    coupon: { total: totalQuantity, remaining },
    perUserLimit,
    clockSkewMaxMs: null,
  });
  const { violations } = check(history, { issuesInOrder: false });
  const seen = new Set(violations.map(({ kind }) => outcomeOfViolation[kind]));
  for (const { told } of asked) {
    if (told.kind === 'failed') seen.add('false-answer');
    if (told.kind === 'no-verdict') seen.add(told.why === 'deadlocked' ? 'deadlock' : 'no-verdict');
  }
  return scheduleOutcomes.find((outcome) => seen.has(outcome)) ?? 'right';
}
