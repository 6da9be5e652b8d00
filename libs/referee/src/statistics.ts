/** The middle value; the mean of the two middle ones of an even number. NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
}

/** A figure with the interval that it lies in with 95 % confidence. */
export interface Estimate {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** A small seeded generator (mulberry32, public domain, T. Ettinger), so that the same rounds always give the same interval. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const RESAMPLES = 2_000;

/**
 * The ratio of two things measured in the same rounds: the median of the rounds' own ratios, with a percentile bootstrap over
 * rounds (Efron 1979). Pairing by round takes out what slowed both. `above` and `below` hold one figure for each round.
 */
export function ratioOf(above: readonly number[], below: readonly number[]): Estimate {
  const ratios = above.slice(0, below.length).map((value, round) => value / (below[round] ?? Number.NaN));
  const random = randomFrom(1);
  const medians = Array.from({ length: RESAMPLES }, () => median(ratios.map(() => ratios[Math.floor(random() * ratios.length)] ?? Number.NaN)));
  const sorted = medians.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(share * (RESAMPLES - 1))] ?? Number.NaN;
  return { median: median(ratios), low: at(0.025), high: at(0.975) };
}

/** Half the interval's width as a share of the median; above 0.15 a ratio is told as too uncertain. */
export const uncertaintyOf = ({ median: middle, low, high }: Estimate): number => (high - low) / 2 / middle;
