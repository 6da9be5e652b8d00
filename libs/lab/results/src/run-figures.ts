import type { RunResult } from './result.js';

/**
 * What table, page and report show of a finished run, computed once. Shares are between 0 and 1,
 * and null where they would be a share of nothing.
 */
export interface RunFigures {
  readonly requests: number;
  /** Answers of 200. */
  readonly granted: number;
  /** Answers of 409 SOLD_OUT. */
  readonly soldOut: number;
  /** Answers of 409 for any other reason. */
  readonly otherConflicts: number;
  /** Failures other than the refusals a client expects, by reason. */
  readonly otherFailures: readonly (readonly [reason: string, count: number])[];
  /** Answers of DEADLOCK, and their share of all requests. */
  readonly deadlocks: number;
  readonly deadlockShare: number | null;
  /**
   * Claims for which there was a coupon: "sold out" from a coupon that is sold out is the right
   * answer, so such a claim counts neither as a success nor as a failure.
   */
  readonly grantable: number;
  /** Grantable claims that were not granted. */
  readonly failed: number;
  /** The share of the grantable claims that was granted. */
  readonly success: number | null;
  /** Rows of user_coupon. */
  readonly issued: number;
  /** `quantity` as found, and as the rows leave it. */
  readonly remaining: number;
  readonly expectedRemaining: number;
  /** `remaining` less `expectedRemaining`, and its share of the issued coupons. */
  readonly lostUpdates: number;
  readonly lostShare: number | null;
  /** The share of the issued coupons that `quantity` accounts for. */
  readonly integrity: number | null;
  readonly ratePerS: number;
  readonly grantsPerS: number;
  readonly latencyMs: RunResult['http']['latencyMs'];
}

/** Refusals that a client has to expect from a service without faults, and a lock timeout. */
const expectedReasons: ReadonlySet<string> = new Set([
  'LOCK_TIMEOUT',
  'SOLD_OUT',
  'LIMIT_REACHED',
  'NOT_OPEN',
]);

/** `part` of `all` as a share; null when `all` is 0. */
export const shareOf = (part: number, all: number): number | null =>
  all === 0 ? null : part / all;

/** What `quantity` has to be once `issued` rows of a coupon of `total` are recorded. */
export const expectedRemaining = (total: number, issued: number): number => total - issued;

/** The figures of a finished run. */
export function runFiguresOf({ http, rows }: Pick<RunResult, 'http' | 'rows'>): RunFigures {
  const { requests, status, reasons, ratePerS, grantsPerS, latencyMs } = http;
  const { total, issued, remaining, lostUpdates } = rows;
  const granted = status['200'] ?? 0;
  const soldOut = reasons['SOLD_OUT'] ?? 0;
  const deadlocks = reasons['DEADLOCK'] ?? 0;
  const grantable = requests - (issued >= total ? soldOut : 0);
  return {
    requests,
    granted,
    soldOut,
    otherConflicts: (status['409'] ?? 0) - soldOut,
    otherFailures: Object.entries(reasons).filter(([reason]) => !expectedReasons.has(reason)),
    deadlocks,
    deadlockShare: shareOf(deadlocks, requests),
    grantable,
    failed: grantable - granted,
    success: shareOf(granted, grantable),
    issued,
    remaining,
    expectedRemaining: expectedRemaining(total, issued),
    lostUpdates,
    lostShare: shareOf(lostUpdates, issued),
    integrity: shareOf(issued - Math.min(issued, Math.abs(lostUpdates)), issued),
    ratePerS,
    grantsPerS,
    latencyMs,
  };
}

/** How a run ended: `broke-as-declared` is what a strategy without guarantees has to do. */
export type RunEnding = 'held' | 'broke-as-declared' | 'not-as-declared';

/** See {@link RunEnding}. */
export const runEndingOf = ({ verdict }: Pick<RunResult, 'verdict'>): RunEnding =>
  !verdict.holds ? 'not-as-declared' : verdict.sound ? 'held' : 'broke-as-declared';

/** A run's name beside others: its strategy, with instances and repeat where there are several. */
export const runNameOf = ({
  strategy,
  repeat,
  instances,
}: Pick<RunResult, 'strategy' | 'repeat' | 'instances'>): string =>
  `${strategy}${instances > 1 ? ` x ${instances}` : ''}${repeat > 1 ? ` (${repeat})` : ''}`;

/**
 * The value below which `share` (0 to 1) of the ascending `sorted` lies; null when there are no
 * values.
 */
export const quantileOf = (sorted: readonly number[], share: number): number | null =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? null;
