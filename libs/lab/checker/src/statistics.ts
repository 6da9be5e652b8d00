/** The middle value; the mean of the two middle ones of an even number. NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return (
    ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2
  );
}

/** A figure with the interval that it lies in with 95 % confidence. */
export interface Estimate {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/**
 * A small seeded generator (mulberry32, public domain, T. Ettinger) of numbers from 0 to below 1:
 * the same seed always gives the same ones.
 */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const RESAMPLES = 2_000;
/** How unlikely a difference must be among runs that do not differ, to be reported as one. */
const CHANCE_MAX = 0.05;

/** The middle 95 % of what `resample` gives, with `middle` as its median. */
function intervalOf(middle: number, resample: (random: () => number) => number): Estimate {
  const random = randomFrom(1);
  const sorted = Array.from({ length: RESAMPLES }, () => resample(random)).toSorted(
    (a, b) => a - b,
  );
  const at = (share: number): number => sorted[Math.floor(share * (RESAMPLES - 1))] ?? Number.NaN;
  return { median: middle, low: at(0.025), high: at(0.975) };
}

const drawnFrom = (values: readonly number[], random: () => number): readonly number[] =>
  values.map(() => values[Math.floor(random() * values.length)] ?? Number.NaN);

/**
 * The ratio of two things measured in the same rounds: the median of the rounds' own ratios, with a
 * percentile bootstrap over rounds (Efron 1979). Pairing by round takes out what slowed both.
 * `above` and `below` hold one figure for each round.
 */
export function ratioOf(above: readonly number[], below: readonly number[]): Estimate {
  const ratios = above
    .slice(0, below.length)
    .map((value, round) => value / (below[round] ?? Number.NaN));
  return intervalOf(median(ratios), (random) => median(drawnFrom(ratios, random)));
}

/**
 * Half the interval's width as a share of the median; above 0.15 a ratio is reported as too
 * uncertain.
 */
export const uncertaintyOf = ({ median: middle, low, high }: Estimate): number =>
  (high - low) / 2 / middle;

/** How a figure differs between two sets of runs that were not made in the same rounds. */
export interface Change {
  readonly before: number;
  readonly after: number;
  /** After / before: of the medians, with a percentile bootstrap over the runs of each side. */
  readonly ratio: Estimate;
  /**
   * How often runs that do not differ at all would be sorted apart at least so far (rank-sum test,
   * exact, two-sided).
   */
  readonly chance: number;
  /**
   * Whether so many runs could show a difference at all: four and four can, three and three cannot.
   */
  readonly enough: boolean;
  /**
   * Both agree that there is a difference: chance is at most 5 %, and the interval does not hold 1.
   */
  readonly beyondNoise: boolean;
}

/** Ranks doubled, so that the middle rank of equal values is a whole number too. */
function doubledRanks(values: readonly number[]): readonly number[] {
  return values.map((value) =>
    values.reduce((rank, other) => rank + (other < value ? 2 : other === value ? 1 : 0), 1),
  );
}

/**
 * The exact two-sided chance of the rank-sum test (Wilcoxon 1945; Mann and Whitney 1947), ties
 * given their middle rank: of all ways to choose the first side's ranks, the share whose sum is at
 * least as far from the mean. Counted by sums, so it takes runs^3 steps.
 */
export function rankSumChance(first: readonly number[], second: readonly number[]): number {
  const ranks = doubledRanks([...first, ...second]);
  const ways = Array.from({ length: first.length + 1 }, () => new Map<number, number>());
  ways[0]?.set(0, 1);
  for (const rank of ranks) {
    for (let size = first.length; size > 0; size -= 1) {
      for (const [sum, count] of ways[size - 1] ?? [])
        ways[size]?.set(sum + rank, (ways[size]?.get(sum + rank) ?? 0) + count);
    }
  }
  const seen = ranks.slice(0, first.length).reduce((sum, rank) => sum + rank, 0);
  const mean = (first.length * (ranks.length + 1) * 2) / 2;
  let all = 0;
  let far = 0;
  for (const [sum, count] of ways[first.length] ?? []) {
    all += count;
    if (Math.abs(sum - mean) >= Math.abs(seen - mean)) far += count;
  }
  return far / all;
}

/** Tells whether `after` differs from `before` by more than runs differ among themselves. */
export function changeOf(before: readonly number[], after: readonly number[]): Change {
  const middle = median(before);
  const now = median(after);
  const ratio = intervalOf(
    now / middle,
    (random) => median(drawnFrom(after, random)) / median(drawnFrom(before, random)),
  );
  const chance = rankSumChance(before, after);
  const apart = rankSumChance(
    before.map(() => 0),
    after.map(() => 1),
  );
  const enough = apart <= CHANCE_MAX;
  return {
    before: middle,
    after: now,
    ratio,
    chance,
    enough,
    beyondNoise: enough && chance <= CHANCE_MAX && !(ratio.low <= 1 && ratio.high >= 1),
  };
}
