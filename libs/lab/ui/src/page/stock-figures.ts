import {
  expectedRemaining,
  runFiguresOf,
  type RunResult,
  type RunState,
  type Tick,
} from '@coupon/results';
import { elapsedOf } from '../charts/race-charts.js';

/** A run's counters at one moment. */
export interface StockFigures {
  readonly total: number;
  /** What `coupons.quantity` says. */
  readonly remaining: number;
  /** What it should be after the rows issued so far. */
  readonly expectedRemaining: number;
  readonly rows: number;
  /** remaining - expectedRemaining: coupons that were issued and not counted. */
  readonly lostUpdates: number;
  readonly requests: number;
  readonly granted: number;
  /** Failures by reason, the most frequent first. */
  readonly reasons: readonly (readonly [string, number])[];
  readonly ratePerS: number;
  readonly elapsedMs: number;
}

const byCount = (reasons: Readonly<Record<string, number>>): [string, number][] =>
  Object.entries(reasons).sort(([, a], [, b]) => b - a);

/**
 * The counters `elapsedMs` after the run's first tick; Infinity: the newest, and once the run is
 * judged the verdict's own figures.
 */
export function stockFiguresAt(state: RunState, elapsedMs = Infinity): StockFigures {
  const { ticks, result, totalQuantity: total } = state;
  const last = ticks.at(-1);
  if (result !== null && elapsedMs === Infinity)
    return judgedFigures(result, last === undefined ? 0 : elapsedOf(state, last));
  const seen = ticks.filter((tick) => elapsedOf(state, tick) <= elapsedMs);
  const tick = seen.at(-1) ?? noTick;
  const sample = seen.findLast(({ quantity }) => quantity !== null);
  const rows = sample?.rows ?? 0;
  const remaining = sample?.quantity ?? total;
  const expected = expectedRemaining(total, rows);
  return {
    total,
    remaining,
    rows,
    expectedRemaining: expected,
    lostUpdates: remaining - expected,
    requests: tick.requests,
    granted: tick.status['200'] ?? 0,
    reasons: byCount(tick.reasons),
    ratePerS: tick.ratePerS,
    elapsedMs: elapsedOf(state, tick),
  };
}

const noTick: Tick = {
  atMs: 0,
  requests: 0,
  status: {},
  reasons: {},
  ratePerS: 0,
  latencyMs: null,
  quantity: null,
  rows: null,
};

function judgedFigures(run: RunResult, elapsedMs: number): StockFigures {
  const { remaining, issued, lostUpdates, requests, granted, ratePerS, ...figures } =
    runFiguresOf(run);
  return {
    total: run.rows.total,
    remaining,
    rows: issued,
    expectedRemaining: figures.expectedRemaining,
    lostUpdates,
    requests,
    granted,
    reasons: byCount(run.http.reasons),
    ratePerS,
    elapsedMs,
  };
}

/** The duration of the longest of these runs, as far as it was watched. */
export const longestMs = (states: readonly RunState[]): number =>
  Math.max(0, ...states.map((state) => stockFiguresAt({ ...state, result: null }).elapsedMs));
