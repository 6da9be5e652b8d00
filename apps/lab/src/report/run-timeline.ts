import { failureOf, type Tick, type ClaimRecord } from '@coupon/results';

/**
 * How a run went, second by second; every figure comes from the clients' history or from what was
 * read of the rows.
 */
export interface RunTimeline {
  /** The end of each stretch of time, in seconds since the first request. */
  readonly atS: readonly number[];
  /**
   * Answers a second by what they were: `200`, or the name of the failure; the most frequent first,
   * `200` before all.
   */
  readonly answers: readonly {
    readonly name: string;
    readonly perS: readonly number[];
    readonly count: number;
  }[];
  readonly latencyMs: {
    readonly med: readonly (number | null)[];
    readonly p95: readonly (number | null)[];
    readonly max: readonly (number | null)[];
  };
  /** How many answers took so long: up to each bound, and longer than the bound before. */
  readonly distribution: {
    readonly upToMs: readonly number[];
    readonly granted: readonly number[];
    readonly others: readonly number[];
  };
  /**
   * `quantity` as the coupon's row had it, and as the rows of user_coupon leave it; at its own
   * moments.
   */
  readonly books: {
    readonly atS: readonly number[];
    readonly quantity: readonly (number | null)[];
    readonly due: readonly (number | null)[];
  };
}

const STRETCHES_MAX = 120;
const stretchesMs: readonly number[] = [
  250, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000,
];
const BOOKS_MAX = 240;
const GRANTED = '200';

const round = (value: number): number => Math.round(value * 1_000) / 1_000;

/** Puts a run's evidence into stretches of time, at most 120 of them. */
export function runTimelineOf(
  claims: readonly ClaimRecord[],
  ticks: readonly Tick[],
  total: number,
): RunTimeline {
  let [firstMs, lastMs] = [Infinity, -Infinity];
  for (const { startMs, endMs } of claims)
    [firstMs, lastMs] = [Math.min(firstMs, startMs), Math.max(lastMs, endMs)];
  const lengthMs = claims.length === 0 ? 0 : lastMs - firstMs;
  const stretchMs =
    stretchesMs.find((ms) => lengthMs / ms < STRETCHES_MAX) ?? Math.ceil(lengthMs / STRETCHES_MAX);
  const stretches = claims.length === 0 ? 0 : Math.floor(lengthMs / stretchMs) + 1;
  const answers = new Map<string, number[]>();
  const tookMs: number[][] = Array.from({ length: stretches }, () => []);
  for (const claim of claims) {
    const stretch = Math.floor((claim.endMs - firstMs) / stretchMs);
    const name = failureOf(claim) ?? GRANTED;
    const counts = answers.get(name) ?? Array.from({ length: stretches }, () => 0);
    answers.set(name, counts);
    counts[stretch] = (counts[stretch] ?? 0) + 1;
    tookMs[stretch]?.push(claim.endMs - claim.startMs);
  }
  tookMs.forEach((list) => list.sort((a, b) => a - b));
  const share = (of: number): (number | null)[] =>
    tookMs.map((list) => list[Math.min(list.length - 1, Math.floor(of * list.length))] ?? null);
  const sum = (counts: readonly number[]): number => counts.reduce((all, count) => all + count, 0);
  return {
    atS: tookMs.map((_, n) => round(((n + 1) * stretchMs) / 1_000)),
    answers: [...answers]
      .map(([name, counts]) => ({
        name,
        count: sum(counts),
        perS: counts.map((count) => round((1_000 * count) / stretchMs)),
      }))
      .sort((a, b) => Number(b.name === GRANTED) - Number(a.name === GRANTED) || b.count - a.count),
    latencyMs: { med: share(0.5), p95: share(0.95), max: share(1) },
    distribution: distributionOf(claims),
    books: mysqlStockStore(
      ticks,
      Number.isFinite(firstMs) ? firstMs : (ticks[0]?.atMs ?? 0),
      total,
    ),
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
  const [from, to] = [Math.max(0, some.indexOf(true)), some.lastIndexOf(true) + 1];
  return {
    upToMs: bounds.slice(from, to),
    granted: granted.slice(from, to),
    others: others.slice(from, to),
  };
}

/** Evenly thinned, the last one kept: it is what the run ended with. */
function mysqlStockStore(
  ticks: readonly Tick[],
  firstMs: number,
  total: number,
): RunTimeline['books'] {
  const every = Math.ceil(ticks.length / BOOKS_MAX);
  const kept = ticks.filter((_, n) => (ticks.length - 1 - n) % every === 0);
  return {
    atS: kept.map(({ atMs }) => round((atMs - firstMs) / 1_000)),
    quantity: kept.map(({ quantity }) => quantity),
    due: kept.map(({ rows }) => (rows === null ? null : total - rows)),
  };
}
