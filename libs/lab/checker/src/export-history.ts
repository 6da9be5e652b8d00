import {
  attemptsOf,
  grantOf,
  indexClaims,
  recordedFromMs,
  startOf,
  type ClaimHistory,
  type ClaimIndex,
} from './claim-index.js';
import { isForeign, isGrant, isUnknown, type Attempt, type RunHistory } from './run-history.js';
import { LaneAllocator } from './lane-allocator.js';

/** The outcome of an operation, as outside checkers classify outcomes. */
export type ExportedOutcome =
  /** `ordinal`: the coupon's number; left out of a change of the stock. */
  | { readonly type: 'ok'; readonly ordinal?: number | null }
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
  readonly operation:
    | { readonly f: 'issue'; readonly claimId: string; readonly userId?: number }
    | { readonly f: 'stock'; readonly by: number };
  readonly start: number;
  readonly end: number | null;
  readonly outcome: ExportedOutcome;
}

/** The export's first line. */
export interface ExportHeader {
  readonly format: 'coupon-race-history';
  readonly version: 2;
  readonly coupon: {
    readonly total: number;
    readonly takenBefore: number;
    readonly perUser: number | null;
  };
}

/** An operation before it has its process; its times may be infinite. */
type Timed = Omit<ExportedOperation, 'process' | 'end'> & { readonly end: number };

const isLawsNo = ({ reason }: Attempt): boolean =>
  reason === 'SOLD_OUT' || reason === 'LIMIT_REACHED';

const issueOf = (
  { claimId, userId }: Attempt,
  start: number,
  end: number | null,
  outcome: ExportedOutcome,
): Timed => ({
  operation: { f: 'issue', claimId, ...(userId === undefined ? {} : { userId }) },
  start,
  end: end ?? Number.POSITIVE_INFINITY,
  outcome,
});

/** An attempt that is an operation of its own. */
function attemptAlone(attempt: Attempt): Timed {
  const { reason, ordinal, endMs } = attempt;
  const outcome: ExportedOutcome = isGrant(attempt)
    ? { type: 'ok', ordinal }
    : isLawsNo(attempt)
      ? { type: 'refused', reason: reason ?? '' }
      : { type: 'fail', reason };
  return issueOf(attempt, startOf(attempt), endMs, outcome);
}

/**
 * The operations of one claim. All attempts that can have made its row are one: from the first of
 * them until the claim was told its number, or for ever where it was not. A replay of a grant, or
 * of a row from before the run, is no further operation; nor is an attempt without an answer once
 * the claim was refused and no row is there.
 */
function* operationsOf(one: ClaimHistory, { earlier }: ClaimIndex): Generator<Timed> {
  const grant = earlier.has(one.claimId) ? null : grantOf(one);
  let open: Attempt | null = null;
  let refused = false;
  for (const attempt of attemptsOf(one)) {
    if (isUnknown(attempt)) {
      if (open === null || startOf(attempt) < startOf(open)) open = attempt;
    } else if (!isGrant(attempt) || (grant !== null && attempt.ordinal !== grant.ordinal)) {
      refused ||= isLawsNo(attempt);
      yield attemptAlone(attempt);
    }
  }
  if (grant !== null)
    yield issueOf(grant, recordedFromMs(one), grant.endMs, { type: 'ok', ordinal: grant.ordinal });
  else if (open !== null && !earlier.has(one.claimId) && (one.row !== null || !refused))
    yield issueOf(open, startOf(open), null, {
      type: 'unknown',
      recorded: one.row?.ordinal ?? null,
    });
}

/**
 * Exports a run for outside checkers: the header, then every operation in the order of starts.
 * docs/CHECKER.md describes the format, and a model that takes it as it is.
 */
export function* exportHistory(history: RunHistory): Generator<ExportHeader | ExportedOperation> {
  const { attempts, before, perUserLimit, stockChanges } = history;
  yield {
    format: 'coupon-race-history',
    version: 2,
    coupon: { total: before.total, takenBefore: before.rows.length, perUser: perUserLimit },
  };
  const index = indexClaims(history, false);
  const operations: Timed[] = (attempts ?? []).filter(isForeign).map(attemptAlone);
  for (const one of index.claims.values()) operations.push(...operationsOf(one, index));
  // one in which coupons came back says nothing of the total
  for (const { by, startMs, endMs } of stockChanges.filter((change) => change.by !== 0))
    operations.push({
      operation: { f: 'stock', by },
      start: startMs,
      end: endMs,
      outcome: { type: 'ok' },
    });
  // What began at an unknown time may have been as early as any.
  const firstMs = operations.reduce(
    (first, { start, end }) => Math.min(first, Number.isFinite(start) ? start : end),
    Number.POSITIVE_INFINITY,
  );
  const earliestMs = Number.isFinite(firstMs) ? firstMs : 0;
  const timed = operations.map((one) => ({ ...one, start: Math.max(one.start, earliestMs) }));
  const lanes = new LaneAllocator();
  for (const { start, end: endMs, ...rest } of timed.sort(
    (a, b) => a.start - b.start || a.end - b.end,
  )) {
    const end = Number.isFinite(endMs) ? endMs : null;
    yield { process: lanes.take(start, end), ...rest, start, end };
  }
}
