import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { changeOf, median, rankSumChance, ratioOf, uncertaintyOf } from './statistics.js';

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
    expect(
      ratioOf(
        below.map((rate) => rate * 3),
        below,
      ),
    ).toEqual({ median: 3, low: 3, high: 3 });
  });

  it('has its median inside its interval, which is of the ratios seen', () => {
    const rates = fc.array(
      fc.tuple(fc.integer({ min: 1, max: 1_000 }), fc.integer({ min: 1, max: 1_000 })),
      { minLength: 1, maxLength: 9 },
    );
    fc.assert(
      fc.property(rates, (pairs) => {
        const estimate = ratioOf(
          pairs.map(([a]) => a),
          pairs.map(([, b]) => b),
        );
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

describe('the rank-sum test', () => {
  it('knows the exact chances of the printed tables', () => {
    expect(rankSumChance([1, 2, 3], [4, 5, 6])).toBeCloseTo(0.1, 10); // 2 of 20
    expect(rankSumChance([1, 2, 3, 4], [5, 6, 7, 8])).toBeCloseTo(2 / 70, 10);
    expect(rankSumChance([1, 2, 4], [3, 5, 6])).toBeCloseTo(0.2, 10); // U = 1
    expect(rankSumChance([1, 4], [2, 3])).toBe(1);
    expect(rankSumChance([5, 5, 5], [5, 5, 5])).toBe(1);
  });

  it('takes runs that do not differ for different in no more than one case of twenty', () => {
    let wrong = 0;
    const draws = fc.sample(
      fc.array(fc.integer({ min: 900, max: 1_100 }), { minLength: 10, maxLength: 10 }),
      { numRuns: 400, seed: 7 },
    );
    for (const runs of draws)
      if (rankSumChance(runs.slice(0, 5), runs.slice(5)) <= 0.05) wrong += 1;
    expect(wrong).toBeGreaterThan(0);
    expect(wrong).toBeLessThan(400 * 0.05);
  });
});

describe('a change between two sets of runs', () => {
  it('is reported when it is beyond noise', () => {
    expect(changeOf([100, 104, 98, 101, 99], [81, 79, 80, 83, 78])).toMatchObject({
      before: 100,
      after: 80,
      enough: true,
      beyondNoise: true,
    });
    expect(changeOf([100, 140, 70, 101, 99], [81, 120, 80, 103, 78])).toMatchObject({
      enough: true,
      beyondNoise: false,
    });
  });

  it('is not reported because of the interval alone, which is too narrow for so few runs', () => {
    const { ratio, chance, beyondNoise } = changeOf([102, 98, 101, 96], [95, 93, 94, 91, 99]);
    expect(ratio.high).toBeLessThan(1);
    expect(chance).toBeGreaterThan(0.05);
    expect(beyondNoise).toBe(false);
  });

  it('is never reported for fewer runs than could show it', () => {
    expect(changeOf([100, 100, 100], [10, 10, 10])).toMatchObject({
      enough: false,
      beyondNoise: false,
    });
    expect(changeOf([100], [1])).toMatchObject({
      before: 100,
      after: 1,
      enough: false,
      beyondNoise: false,
    });
  });
});
