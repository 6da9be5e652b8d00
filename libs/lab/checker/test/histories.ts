import type { Attempt, GrantRow, RunHistory } from '../src/run-history.js';

/** An attempt with any answer; times are its start and end. */
export const answered = (
  claimId: string,
  [startMs, endMs]: readonly [number, number],
  status: number,
  over: Partial<Attempt> = {},
): Attempt => ({ claimId, startMs, endMs, status, reason: null, ordinal: null, ...over });
/** An attempt that was granted under a number. */
export const granted = (
  claimId: string,
  times: readonly [number, number],
  ordinal: number,
  userId?: number,
): Attempt => answered(claimId, times, 200, { ordinal, userId });
/** An attempt that was told "sold out". */
export const soldOut = (claimId: string, times: readonly [number, number]): Attempt =>
  answered(claimId, times, 409, { reason: 'SOLD_OUT' });
/** An attempt that was told "limit reached". */
export const limited = (
  claimId: string,
  times: readonly [number, number],
  userId?: number,
): Attempt => answered(claimId, times, 409, { reason: 'LIMIT_REACHED', userId });
/** An attempt that was told that its key is another claim's. */
export const keyReused = (
  claimId: string,
  times: readonly [number, number],
  userId?: number,
): Attempt => answered(claimId, times, 422, { reason: 'KEY_REUSED', userId });
/** A row of a claim. */
export const row = (claimId: string, ordinal: number, over: Partial<GrantRow> = {}): GrantRow => ({
  claimId,
  ordinal,
  ...over,
});

/** A coupon of `total` where everything that `over` does not change is in order. */
export function historyOf(
  total: number,
  attempts: readonly Attempt[],
  rows: readonly GrantRow[],
  over: Partial<RunHistory> = {},
): RunHistory {
  const before = over.before ?? { total, remaining: total, rows: [] };
  const remaining = before.remaining + total - before.total - (rows.length - before.rows.length);
  return {
    attempts,
    rows,
    before,
    after: { total, remaining },
    perUserLimit: null,
    stockChanges: [],
    quiet: true,
    clockSkewMaxMs: 0,
    ...over,
  };
}
