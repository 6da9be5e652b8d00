import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { median, ratioOf, uncertaintyOf } from './statistics.js';

describe('the median', () => {
  it('is the middle value, or the mean of the two', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(median([])).toBeNaN();
  });
});

describe('the ratio of interleaved rounds', () => {
  it('takes out what slowed both in a round', () => {
    const below = [100, 50, 80, 100, 20];
    expect(ratioOf(below.map((rate) => rate * 3), below)).toEqual({ median: 3, low: 3, high: 3 });
  });

  it('has its median inside its interval, which is of the ratios seen', () => {
    const rates = fc.array(fc.tuple(fc.integer({ min: 1, max: 1_000 }), fc.integer({ min: 1, max: 1_000 })), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(rates, (pairs) => {
        const estimate = ratioOf(pairs.map(([a]) => a), pairs.map(([, b]) => b));
        const seen = pairs.map(([a, b]) => a / b);
        expect(estimate.low).toBeGreaterThanOrEqual(Math.min(...seen));
        expect(estimate.high).toBeLessThanOrEqual(Math.max(...seen));
        expect(estimate.low).toBeLessThanOrEqual(estimate.median);
        expect(estimate.median).toBeLessThanOrEqual(estimate.high);
      }),
      { numRuns: 30 },
    );
  });

  it('is the more uncertain the more the rounds differ', () => {
    const steady = ratioOf([10, 11, 10, 9, 10], [10, 10, 10, 10, 10]);
    const wild = ratioOf([10, 30, 10, 3, 20], [10, 10, 10, 10, 10]);
    expect(uncertaintyOf(steady)).toBeLessThan(0.15);
    expect(uncertaintyOf(wild)).toBeGreaterThan(0.15);
  });
});
