import {
  canMakeRow,
  isForeign,
  isGrant,
  type Attempt,
  type GrantRow,
  type RunHistory,
} from './run-history.js';
import { StockTotals } from './stock-totals.js';

/** All that is known of one claim. */
export interface ClaimHistory {
  readonly claimId: string;
  /** Its row; the first one, should there be more. */
  row: GrantRow | null;
  /** The first of its attempts in the order given; foreign ones left out. */
  readonly first: Attempt | null;
  /** Attempts after the first. Most claims have none, so most need no list. */
  later: Attempt[] | null;
}

/** A history by claim, indexed once for all checks. */
export interface ClaimIndex {
  readonly history: RunHistory;
  /** Whether the strategy guarantees that numbers follow real time. */
  readonly issuesInOrder: boolean;
  readonly claims: ReadonlyMap<string, ClaimHistory>;
  /** Claims whose rows are from before the run. */
  readonly earlier: ReadonlySet<string>;
  /**
   * The earliest time at which each claim can have taken its coupon, ascending: of claims that have
   * a row, or were told that they do.
   */
  readonly takenFromMs: Float64Array;
  readonly totals: StockTotals;
}

const noTime = Number.NEGATIVE_INFINITY;

/** The attempts at a claim, in the order given. */
export function* attemptsOf({ first, later }: ClaimHistory): Generator<Attempt> {
  if (first !== null) yield first;
  if (later !== null) yield* later;
}

/** The answer that granted the claim, the earliest of several; null when there is none. */
export function grantOf(one: ClaimHistory): Attempt | null {
  if (one.later === null) return one.first !== null && isGrant(one.first) ? one.first : null;
  let grant: Attempt | null = null;
  for (const attempt of attemptsOf(one))
    if (isGrant(attempt) && (grant === null || endOf(attempt) < endOf(grant))) grant = attempt;
  return grant;
}

/** When an attempt ended for its client; infinity where no answer came. */
export const endOf = ({ endMs }: Attempt): number => endMs ?? Number.POSITIVE_INFINITY;

/** When an attempt began; minus infinity where nobody knows. */
export const startOf = ({ startMs }: Attempt): number => startMs ?? noTime;

/** Whether any attempt can have made a row. */
export function canHaveRow(one: ClaimHistory): boolean {
  for (const attempt of attemptsOf(one)) if (canMakeRow(attempt)) return true;
  return false;
}

/** The earliest time at which the claim can have been recorded; minus infinity where unknown. */
export function recordedFromMs(one: ClaimHistory): number {
  const honest = canHaveRow(one);
  let fromMs = Number.POSITIVE_INFINITY;
  for (const attempt of attemptsOf(one))
    if (!honest || canMakeRow(attempt)) fromMs = Math.min(fromMs, startOf(attempt));
  return fromMs === Number.POSITIVE_INFINITY ? noTime : fromMs;
}

/**
 * From when on the claim's own coupon can have been among those that were gone: it does not justify
 * refusing the same claim. Infinity: it was not among them, or no attempt can have made its row,
 * which is a violation of its own.
 */
export const ownFromMs = (one: ClaimHistory): number =>
  (one.row !== null || grantOf(one) !== null) && canHaveRow(one)
    ? recordedFromMs(one)
    : Number.POSITIVE_INFINITY;

function claimHistoriesOf({ attempts, rows }: RunHistory): Map<string, ClaimHistory> {
  const claims = new Map<string, ClaimHistory>();
  for (const attempt of attempts ?? []) {
    if (isForeign(attempt)) continue;
    const known = claims.get(attempt.claimId);
    if (known === undefined)
      claims.set(attempt.claimId, {
        claimId: attempt.claimId,
        row: null,
        first: attempt,
        later: null,
      });
    else (known.later ??= []).push(attempt);
  }
  for (const row of rows) {
    const known = claims.get(row.claimId);
    if (known === undefined)
      claims.set(row.claimId, { claimId: row.claimId, row, first: null, later: null });
    else known.row ??= row;
  }
  return claims;
}

/** Indexes a history. Linear but for one sort; keeps references, copies nothing. */
export function indexClaims(history: RunHistory, issuesInOrder: boolean): ClaimIndex {
  const claims = claimHistoriesOf(history);
  const earlier = new Set(history.before.rows.map((row) => row.claimId));
  let taken = 0;
  const fromMs = new Float64Array(claims.size);
  for (const one of claims.values()) {
    if (earlier.has(one.claimId)) continue;
    if (one.row !== null || grantOf(one) !== null) fromMs[taken++] = recordedFromMs(one);
  }
  return {
    history,
    issuesInOrder,
    claims,
    earlier,
    takenFromMs: fromMs.slice(0, taken).sort(),
    totals: new StockTotals(history),
  };
}

/** How many of the ascending `times` are at or before `atMs`. */
export function countUntil(times: Float64Array, atMs: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? Number.POSITIVE_INFINITY) <= atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
