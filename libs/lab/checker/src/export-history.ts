import { endOf } from './claim-index.js';
import { isForeign, isGrant, isUnknown, type Attempt, type RunHistory } from './run-history.js';
import { LaneAllocator } from './lane-allocator.js';

/** The outcome of one attempt, as outside checkers classify outcomes. */
export type ExportedOutcome =
  | { readonly type: 'ok'; readonly ordinal: number | null }
  /** The law's no: it was true of the stock at some moment between start and end. */
  | { readonly type: 'refused'; readonly reason: string }
  /** Nothing was issued, and nothing is said of the stock. */
  | { readonly type: 'fail'; readonly reason: string | null }
  /** No answer. `recorded`: the number in the claim's row after the run; null: there is no row. */
  | { readonly type: 'unknown'; readonly recorded: number | null };

/** One line of the export. Times in epoch milliseconds; an `end` of null is the latest of all. */
export interface ExportedOperation {
  /** No two operations of a process overlap; one whose end is null is its process's last. */
  readonly process: number;
  readonly operation: { readonly f: 'issue'; readonly claimId: string; readonly userId?: number };
  readonly start: number;
  readonly end: number | null;
  readonly outcome: ExportedOutcome;
}

/** The export's first line. */
export interface ExportHeader {
  readonly format: 'coupon-race-history';
  readonly version: 1;
  readonly coupon: {
    readonly total: number;
    readonly takenBefore: number;
    readonly perUser: number | null;
  };
}

function outcomeOf(attempt: Attempt, recorded: number | null): ExportedOutcome {
  if (isUnknown(attempt)) return { type: 'unknown', recorded };
  if (isGrant(attempt)) return { type: 'ok', ordinal: attempt.ordinal };
  const { reason } = attempt;
  if (!isForeign(attempt) && (reason === 'SOLD_OUT' || reason === 'LIMIT_REACHED'))
    return { type: 'refused', reason };
  return { type: 'fail', reason };
}

/**
 * Exports a run for outside checkers: the header, then every attempt in the order of starts.
 * docs/CHECKER.md describes the format.
 */
export function* exportHistory({
  attempts,
  rows,
  before,
  perUserLimit,
}: RunHistory): Generator<ExportHeader | ExportedOperation> {
  yield {
    format: 'coupon-race-history',
    version: 1,
    coupon: { total: before.total, takenBefore: before.rows.length, perUser: perUserLimit },
  };
  const recorded = new Map(rows.map((row) => [row.claimId, row.ordinal]));
  const known = attempts ?? [];
  // An attempt of unknown start may have been as early as any.
  const firstMs = known.reduce(
    (first, { startMs }) => Math.min(first, startMs ?? first),
    Number.POSITIVE_INFINITY,
  );
  const earliestMs = Number.isFinite(firstMs) ? firstMs : 0;
  const startOf = ({ startMs }: Attempt): number => startMs ?? earliestMs;
  const lanes = new LaneAllocator();
  for (const attempt of known.toSorted((a, b) => startOf(a) - startOf(b) || endOf(a) - endOf(b))) {
    const { claimId, userId } = attempt;
    const start = startOf(attempt);
    const end = isUnknown(attempt) ? null : attempt.endMs;
    const operation = { f: 'issue' as const, claimId, ...(userId === undefined ? {} : { userId }) };
    yield {
      process: lanes.take(start, end),
      operation,
      start,
      end,
      outcome: outcomeOf(attempt, recorded.get(claimId) ?? null),
    };
  }
}
