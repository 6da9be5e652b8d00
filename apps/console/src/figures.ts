import type { RunState, RunResult, Tick } from '@coupon/results';

/** A heat's counters at one moment. */
export interface LaneFigures {
  readonly total: number;
  /** What `coupons.quantity` says. */
  readonly left: number;
  /** What the rows leave: total - rows. */
  readonly due: number;
  readonly rows: number;
  /** left - due: coupons that were issued and not counted. */
  readonly lost: number;
  readonly requests: number;
  readonly granted: number;
  /** Failures by reason, the most frequent first. */
  readonly reasons: readonly (readonly [string, number])[];
  readonly ratePerS: number;
  readonly elapsedMs: number;
}

const sorted = (reasons: Readonly<Record<string, number>>): [string, number][] =>
  Object.entries(reasons).sort(([, a], [, b]) => b - a);

/** How long after its first tick a tick of a heat is, in milliseconds. */
export const elapsedOf = ({ ticks }: Pick<RunState, 'ticks'>, tick: Tick): number =>
  tick.atMs - (ticks[0]?.atMs ?? tick.atMs);

/**
 * The counters `elapsedMs` after the heat's first tick; Infinity: as it stands, and once it is
 * judged the verdict's own figures.
 */
export function figuresAt(heat: RunState, elapsedMs = Infinity): LaneFigures {
  const { ticks, run, totalQuantity: total } = heat;
  const last = ticks.at(-1);
  if (run !== null && elapsedMs === Infinity)
    return ofRun(run, last === undefined ? 0 : elapsedOf(heat, last));
  const seen = ticks.filter((tick) => elapsedOf(heat, tick) <= elapsedMs);
  const tick = seen.at(-1) ?? nothing;
  const stock = seen.findLast(({ quantity }) => quantity !== null);
  const rows = stock?.rows ?? 0;
  const left = stock?.quantity ?? total;
  return {
    total,
    left,
    rows,
    due: total - rows,
    lost: left - (total - rows),
    requests: tick.requests,
    granted: tick.status['200'] ?? 0,
    reasons: sorted(tick.reasons),
    ratePerS: tick.ratePerS,
    elapsedMs: elapsedOf(heat, tick),
  };
}

const nothing: Tick = {
  atMs: 0,
  requests: 0,
  status: {},
  reasons: {},
  ratePerS: 0,
  latencyMs: null,
  quantity: null,
  rows: null,
};

const ofRun = ({ rows, http }: RunResult, elapsedMs: number): LaneFigures => ({
  total: rows.total,
  left: rows.remaining,
  rows: rows.issued,
  due: rows.total - rows.issued,
  lost: rows.lostUpdates,
  requests: http.requests,
  granted: http.status['200'] ?? 0,
  reasons: sorted(http.reasons),
  ratePerS: http.ratePerS,
  elapsedMs,
});

/** How long the longest of these heats took, as far as it was watched. */
export const longestMs = (heats: readonly RunState[]): number =>
  Math.max(0, ...heats.map((heat) => figuresAt({ ...heat, run: null }).elapsedMs));

/** How a heat is called where repeats and instances matter. */
export const nameOf = ({
  strategy,
  repeat,
  instances,
}: {
  readonly strategy: string;
  readonly repeat: number;
  readonly instances: number;
}): string =>
  `${strategy}${instances > 1 ? ` × ${instances}` : ''}${repeat > 1 ? ` (${repeat})` : ''}`;

/** What a run came to: `broke-as-declared` is what a strategy without guarantees has to do. */
export type Ending = 'held' | 'broke-as-declared' | 'not-as-declared';
/** See {@link Ending}. */
export const endingOf = ({ verdict }: Pick<RunResult, 'verdict'>): Ending =>
  !verdict.holds ? 'not-as-declared' : verdict.sound ? 'held' : 'broke-as-declared';

/**
 * Claims that there was a coupon for: to be told "sold out" by a coupon that is sold out is the
 * right answer, not a failure.
 */
const grantableIn = ({ http, rows }: RunResult): number =>
  http.requests - (rows.issued >= rows.total ? (http.reasons['SOLD_OUT'] ?? 0) : 0);

/** The share of claims that there was a coupon for and that got it; null where there were none. */
export const successOf = (run: RunResult): number | null =>
  grantableIn(run) === 0 ? null : (run.http.status['200'] ?? 0) / grantableIn(run);
/** The share of issued coupons that `quantity` accounts for; null where none were issued. */
export const integrityOf = ({ rows }: RunResult): number | null =>
  rows.issued === 0
    ? null
    : (rows.issued - Math.min(rows.issued, Math.abs(rows.lostUpdates))) / rows.issued;
