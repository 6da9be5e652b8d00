import type { RunHistory, StockChange } from './run-history.js';

type Stock = Pick<RunHistory, 'before' | 'after' | 'stockChanges'>;

/** What the totals before and after leave unexplained: a change at an unknown time. */
function unexplained({ before, after, stockChanges }: Stock): readonly StockChange[] {
  const by = stockChanges.reduce((rest, change) => rest - change.by, after.total - before.total);
  return by === 0
    ? []
    : [{ by, startMs: Number.NEGATIVE_INFINITY, endMs: Number.POSITIVE_INFINITY }];
}

/** How many coupons there can have been at a time, while the total was raised and lowered. */
export class StockTotals {
  readonly #before: number;
  readonly #returns: readonly StockChange[];
  /** Changes by more than nothing, in the order of their ends. */
  readonly raises: readonly StockChange[];
  /** Changes by less than nothing, in the order of their ends. */
  readonly cuts: readonly StockChange[];

  constructor(stock: Stock) {
    const changes = [...stock.stockChanges, ...unexplained(stock)].sort(
      (a, b) => a.endMs - b.endMs,
    );
    this.#before = stock.before.total;
    this.#returns = stock.stockChanges.filter(({ givenBack = 0 }) => givenBack > 0);
    this.raises = changes.filter(({ by }) => by > 0);
    this.cuts = changes.filter(({ by }) => by < 0);
  }

  /** The least total at `atMs`: with the raises that had ended, and the cuts that had begun. */
  leastAt(atMs: number): number {
    return (
      this.#before +
      sumOf(this.raises, ({ endMs }) => endMs < atMs) +
      sumOf(this.cuts, ({ startMs }) => startMs <= atMs)
    );
  }

  /** The greatest total at `atMs`: with the raises that had begun, and the cuts that had ended. */
  mostAt(atMs: number): number {
    return (
      this.#before +
      sumOf(this.raises, ({ startMs }) => startMs <= atMs) +
      sumOf(this.cuts, ({ endMs }) => endMs < atMs)
    );
  }

  /** The greatest total at any time from `fromMs` to `untilMs`. */
  mostWithin(fromMs: number, untilMs: number): number {
    let most = this.mostAt(untilMs);
    for (const { endMs } of this.cuts)
      if (endMs >= fromMs && endMs < untilMs) most = Math.max(most, this.mostAt(endMs));
    return most;
  }

  /** How many coupons can have come back by `atMs`. */
  givenBackBy(atMs: number): number {
    return this.#returns.reduce(
      (sum, { givenBack = 0, startMs }) => sum + (startMs <= atMs ? givenBack : 0),
      0,
    );
  }

  /** Whether a coupon that was taken at `atMs` or later can have come back. */
  canComeBackAfter(atMs: number): boolean {
    return this.#returns.some(({ endMs }) => atMs <= endMs);
  }

  /** How many coupons came back in all. */
  get givenBackEver(): number {
    return this.givenBackBy(Number.POSITIVE_INFINITY);
  }

  /** The greatest total at any time. */
  get mostEver(): number {
    return this.mostWithin(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
  }
}

const sumOf = (changes: readonly StockChange[], counts: (one: StockChange) => boolean): number =>
  changes.reduce((sum, change) => sum + (counts(change) ? change.by : 0), 0);
