import type { ViolationKind } from '@coupon/results';
import { isGrant, type Attempt, type GrantRow, type RunHistory } from '../../src/run-history.js';
import { idOf } from '../simulator.js';

/** A history with one thing wrong, and the claim that must prove it (null: none need be named). */
export interface Corrupted {
  readonly history: RunHistory;
  readonly claimId: string | null;
}

/** One way for a service to be wrong. */
export interface Corruption {
  readonly name: string;
  readonly found: ViolationKind;
  /** Found only where numbers are guaranteed to be in order. */
  readonly ordered?: boolean;
  /** The corrupted history; null where `history` has nothing to corrupt. */
  spoil(history: RunHistory, pick: number): Corrupted | null;
}

/** A claim that nobody made in the simulation. */
export const stray = idOf(999_999);
/** What clients did; nothing where nobody wrote it down. */
export const attemptsIn = ({ attempts }: RunHistory): readonly Attempt[] => attempts ?? [];
/** The attempts at one claim. */
export const ofClaim = (history: RunHistory, claimId: string): readonly Attempt[] =>
  attemptsIn(history).filter((attempt) => attempt.claimId === claimId);
/** One of `list`, null where it is empty. */
export const chosen = <T>(list: readonly T[], pick: number): T | null =>
  list[pick % Math.max(1, list.length)] ?? null;
/** The most coupons that there ever were: the total changes once at most. */
export const mostOf = ({ before, after }: RunHistory): number =>
  Math.max(before.total, after.total);
/** The history with every attempt changed. */
export const withAttempts = (
  history: RunHistory,
  change: (attempt: Attempt) => Attempt,
): RunHistory => ({
  ...history,
  attempts: attemptsIn(history).map(change),
});
/** The history with every row changed. */
export const withRows = (history: RunHistory, change: (row: GrantRow) => GrantRow): RunHistory => ({
  ...history,
  rows: history.rows.map(change),
});
/** The history with `more` added to the remaining stock. */
export const withLeft = (history: RunHistory, more: number): RunHistory => ({
  ...history,
  after: { ...history.after, remaining: history.after.remaining + more },
});
/** The history with further attempts. */
export const withMore = (history: RunHistory, ...attempts: readonly Attempt[]): RunHistory => ({
  ...history,
  attempts: [...attemptsIn(history), ...attempts],
});

/** Another number, in the row and in the answers. */
export const renumbered = (history: RunHistory, claimId: string, ordinal: number): RunHistory => {
  const change = <T extends { readonly claimId: string; readonly ordinal: number | null }>(
    one: T,
  ): T => (one.claimId === claimId && one.ordinal !== null ? { ...one, ordinal } : one);
  return withAttempts(withRows(history, change), change);
};

/** Claims granted in the run whose one and only attempt was told so. */
export const grantedOnce = (
  history: RunHistory,
): readonly {
  readonly row: GrantRow;
  readonly attempt: Attempt;
  readonly startMs: number;
  readonly endMs: number;
}[] =>
  history.rows.flatMap((row) => {
    const [attempt, ...others] = ofClaim(history, row.claimId);
    if (
      attempt === undefined ||
      others.length > 0 ||
      !isGrant(attempt) ||
      attempt.startMs === null ||
      attempt.endMs === null
    )
      return [];
    return [{ row, attempt, startMs: attempt.startMs, endMs: attempt.endMs }];
  });

/** A time after everything. */
export const afterAll = (history: RunHistory): number =>
  10 +
  Math.max(
    0,
    ...attemptsIn(history).flatMap(({ startMs, endMs }) => [startMs ?? 0, endMs ?? 0]),
    ...history.stockChanges.map(({ endMs }) => endMs),
  );
/** An answered attempt of one millisecond. */
export const answer = (
  claimId: string,
  startMs: number,
  status: number,
  reason: string | null,
  ordinal: number | null = null,
  userId?: number,
): Attempt => ({ claimId, userId, startMs, endMs: startMs + 1, status, reason, ordinal });

/** Corrupts one claim of {@link grantedOnce}. */
export const onGrant =
  (
    change: (
      history: RunHistory,
      grant: ReturnType<typeof grantedOnce>[number],
      pick: number,
    ) => RunHistory | null,
  ) =>
  (history: RunHistory, pick: number): Corrupted | null => {
    const grant = chosen(grantedOnce(history), pick);
    const corrupted = grant === null ? null : change(history, grant, pick);
    return grant === null || corrupted === null
      ? null
      : { history: corrupted, claimId: grant.row.claimId };
  };
