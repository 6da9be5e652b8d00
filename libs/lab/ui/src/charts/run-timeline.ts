import {
  expectedRemaining,
  failureOf,
  quantileOf,
  type ClaimRecord,
  type Tick,
} from '@coupon/results';

/**
 * The course of a run over time, from the clients' history and the samples of the rows. Time is cut
 * into buckets of equal length.
 */
export interface RunTimeline {
  /** The end of each bucket, in seconds since the first request. */
  readonly atS: readonly number[];
  /**
   * Responses per second by outcome: `200`, or the code of the failure; `200` first, then the most
   * frequent.
   */
  readonly responses: readonly {
    readonly outcome: string;
    readonly perS: readonly number[];
    readonly count: number;
  }[];
  /** Per bucket; null where no response came. */
  readonly latencyMs: {
    readonly med: readonly (number | null)[];
    readonly p95: readonly (number | null)[];
    readonly max: readonly (number | null)[];
  };
  /** Responses by latency: above the bound before, up to each bound. */
  readonly distribution: {
    readonly upToMs: readonly number[];
    readonly granted: readonly number[];
    readonly others: readonly number[];
  };
  /**
   * `quantity` of the coupon's row, and what it should be after the rows of user_coupon, each time
   * both were sampled; null when the database did not answer.
   */
  readonly stock: {
    readonly atS: readonly number[];
    readonly remaining: readonly (number | null)[];
    readonly expectedRemaining: readonly (number | null)[];
  };
}

const BUCKETS_MAX = 120;
const bucketsMs: readonly number[] = [
  250, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000,
];
const SAMPLES_MAX = 240;
const GRANTED = '200';

const thousandths = (value: number): number => Math.round(value * 1_000) / 1_000;
const sum = (counts: readonly number[]): number => counts.reduce((all, count) => all + count, 0);

/** Puts a run's history and samples into at most 121 buckets. */
export function runTimelineOf(
  claims: readonly ClaimRecord[],
  ticks: readonly Tick[],
  total: number,
): RunTimeline {
  let firstMs = Infinity;
  let lastMs = -Infinity;
  for (const { startMs, endMs } of claims) {
    firstMs = Math.min(firstMs, startMs);
    lastMs = Math.max(lastMs, endMs);
  }
  const lengthMs = claims.length === 0 ? 0 : lastMs - firstMs;
  const bucketMs =
    bucketsMs.find((ms) => lengthMs / ms < BUCKETS_MAX) ?? Math.ceil(lengthMs / BUCKETS_MAX);
  const buckets = claims.length === 0 ? 0 : Math.floor(lengthMs / bucketMs) + 1;
  const counts = new Map<string, number[]>();
  const tookMs: number[][] = Array.from({ length: buckets }, () => []);
  for (const claim of claims) {
    const bucket = Math.floor((claim.endMs - firstMs) / bucketMs);
    const outcome = failureOf(claim) ?? GRANTED;
    const own = counts.get(outcome) ?? Array.from({ length: buckets }, () => 0);
    counts.set(outcome, own);
    own[bucket] = (own[bucket] ?? 0) + 1;
    tookMs[bucket]?.push(claim.endMs - claim.startMs);
  }
  for (const list of tookMs) list.sort((a, b) => a - b);
  const quantiles = (share: number): (number | null)[] =>
    tookMs.map((sorted) => quantileOf(sorted, share));
  return {
    atS: tookMs.map((_, n) => thousandths(((n + 1) * bucketMs) / 1_000)),
    responses: [...counts]
      .map(([outcome, own]) => ({
        outcome,
        count: sum(own),
        perS: own.map((count) => thousandths((1_000 * count) / bucketMs)),
      }))
      .sort(
        (a, b) =>
          Number(b.outcome === GRANTED) - Number(a.outcome === GRANTED) || b.count - a.count,
      ),
    latencyMs: { med: quantiles(0.5), p95: quantiles(0.95), max: quantiles(1) },
    distribution: distributionOf(claims),
    stock: samplesOf(ticks, Number.isFinite(firstMs) ? firstMs : (ticks[0]?.atMs ?? 0), total),
  };
}

/** 1, 2, 3, 5, 7, 10, 15, 20 ... ms: about six bounds for each power of ten. */
const bounds: readonly number[] = [
  1,
  2,
  3,
  5,
  7,
  ...[10, 100, 1_000, 10_000].flatMap((power) => [1, 1.5, 2, 3, 5, 7].map((part) => part * power)),
  100_000,
];

function distributionOf(claims: readonly ClaimRecord[]): RunTimeline['distribution'] {
  const granted = bounds.map(() => 0);
  const others = bounds.map(() => 0);
  for (const { startMs, endMs, status } of claims) {
    const bound = bounds.findIndex((upToMs) => endMs - startMs <= upToMs);
    const place = bound < 0 ? bounds.length - 1 : bound;
    const counts = status === 200 ? granted : others;
    counts[place] = (counts[place] ?? 0) + 1;
  }
  const some = bounds.map((_, n) => (granted[n] ?? 0) + (others[n] ?? 0) > 0);
  const from = Math.max(0, some.indexOf(true));
  const to = some.lastIndexOf(true) + 1;
  return {
    upToMs: bounds.slice(from, to),
    granted: granted.slice(from, to),
    others: others.slice(from, to),
  };
}

/** Evenly thinned; the last sample is always kept, for the run ended with it. */
function samplesOf(ticks: readonly Tick[], firstMs: number, total: number): RunTimeline['stock'] {
  const every = Math.ceil(ticks.length / SAMPLES_MAX);
  const kept = ticks.filter((_, n) => (ticks.length - 1 - n) % every === 0);
  return {
    atS: kept.map(({ atMs }) => thousandths((atMs - firstMs) / 1_000)),
    remaining: kept.map(({ quantity }) => quantity),
    expectedRemaining: kept.map(({ rows }) =>
      rows === null ? null : expectedRemaining(total, rows),
    ),
  };
}
