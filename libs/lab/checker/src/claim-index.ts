import {
  isForeign,
  isGrant,
  isUnknown,
  type Attempt,
  type RunHistory,
  type GrantRow,
} from './run-history.js';

/** All that is known of one claim. */
export interface ClaimHistory {
  readonly claimId: string;
  /** Its row; the first one, should there be more. */
  row: GrantRow | null;
  /** Its attempts in the order given; foreign ones left out. */
  readonly first: Attempt | null;
  /** Attempts after the first: most claims have none, so that most cases need no list. */
  later: Attempt[] | null;
}

/** The evidence in the order that the checks need, made once. */
export interface ClaimIndex {
  readonly history: RunHistory;
  /** What the numbers are held to: promised to be given out in the order of real time. */
  readonly issuesInOrder: boolean;
  readonly claims: ReadonlyMap<string, ClaimHistory>;
  /** Rows from before the run. */
  readonly earlier: ReadonlySet<string>;
  /**
   * Times from which on each coupon can have been taken, ascending: of claims that have a row, or
   * were told that they do.
   */
  readonly takenFromMs: Float64Array;
}

const noTime = Number.NEGATIVE_INFINITY;

/** The attempts at a claim, in the order given. */
export function* attemptsOf({ first, later }: ClaimHistory): Generator<Attempt> {
  if (first !== null) yield first;
  if (later !== null) yield* later;
}

/** The answer that granted the claim, the earliest of several; null when there was none. */
export function grantOf(one: ClaimHistory): Attempt | null {
  if (one.later === null) return one.first !== null && isGrant(one.first) ? one.first : null;
  let grant: Attempt | null = null;
  for (const attempt of attemptsOf(one))
    if (isGrant(attempt) && (grant === null || endOf(attempt) < endOf(grant))) grant = attempt;
  return grant;
}

/** When an attempt was over for its client: never, where no answer came. */
export const endOf = ({ endMs }: Attempt): number => endMs ?? Number.POSITIVE_INFINITY;

/** When an attempt began: any time before, where nobody knows. */
export const startOf = ({ startMs }: Attempt): number => startMs ?? noTime;

/** Whether any attempt can have made a row: granted, or unknown. */
export function canHaveRow(one: ClaimHistory): boolean {
  for (const attempt of attemptsOf(one)) if (isGrant(attempt) || isUnknown(attempt)) return true;
  return false;
}

/**
 * The earliest time at which the claim can have been recorded: before all times where no client can
 * say.
 */
export function recordedFromMs(one: ClaimHistory): number {
  const honest = canHaveRow(one);
  let fromMs = Number.POSITIVE_INFINITY;
  for (const attempt of attemptsOf(one))
    if (!honest || isGrant(attempt) || isUnknown(attempt))
      fromMs = Math.min(fromMs, startOf(attempt));
  return fromMs === Number.POSITIVE_INFINITY ? noTime : fromMs;
}

function claimHistoriesOf({ attempts, rows }: RunHistory): Map<string, ClaimHistory> {
  const cases = new Map<string, ClaimHistory>();
  for (const attempt of attempts ?? []) {
    if (isForeign(attempt)) continue;
    const known = cases.get(attempt.claimId);
    if (known === undefined)
      cases.set(attempt.claimId, {
        claimId: attempt.claimId,
        row: null,
        first: attempt,
        later: null,
      });
    else (known.later ??= []).push(attempt);
  }
  for (const row of rows) {
    const known = cases.get(row.claimId);
    if (known === undefined)
      cases.set(row.claimId, { claimId: row.claimId, row, first: null, later: null });
    else known.row ??= row;
  }
  return cases;
}

/** Orders the evidence. Linear but for one sort; keeps references, copies nothing. */
export function indexClaims(evidence: RunHistory, issuesInOrder: boolean): ClaimIndex {
  const cases = claimHistoriesOf(evidence);
  const earlier = new Set(evidence.before.rows.map((row) => row.claimId));
  let taken = 0;
  const fromMs = new Float64Array(cases.size);
  for (const one of cases.values()) {
    if (earlier.has(one.claimId)) continue;
    if (one.row !== null || grantOf(one) !== null) fromMs[taken++] = recordedFromMs(one);
  }
  return {
    history: evidence,
    issuesInOrder,
    claims: cases,
    earlier,
    takenFromMs: fromMs.slice(0, taken).sort(),
  };
}

/** How many of the ascending `times` are at or before `atMs`. */
export function countUntil(times: Float64Array, atMs: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? Number.POSITIVE_INFINITY) <= atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
