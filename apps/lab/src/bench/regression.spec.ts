import { describe, expect, it } from '@jest/globals';
import { movesSince, readBaseline } from './regression.js';

const baseline = { P1: { median: 0.5, revision: 'abc' }, P9: { median: 1.1, revision: 'abc' } };
const now = (median: number, better: 'higher' | 'lower' = 'higher') => ({
  median,
  better,
  what: 'this / that',
});

describe('moves since the last benchmark', () => {
  it('says nothing within the margin, nor of what was not measured before', () => {
    expect(movesSince(baseline, { P1: now(0.4), P9: now(1.3, 'lower'), P2: now(1) })).toEqual([]);
  });

  it('tells worse from better, whichever way round a ratio is good', () => {
    expect(
      movesSince(baseline, { P1: now(0.3), P9: now(1.8, 'lower') }).map(({ worse }) => worse),
    ).toEqual([true, true]);
    expect(
      movesSince(baseline, { P1: now(0.9), P9: now(0.6, 'lower') }).map(({ worse }) => worse),
    ).toEqual([false, false]);
    expect(movesSince(baseline, { P1: now(0.3) })[0]?.line).toBe(
      'REGRESSION: P1 0.500 (revision abc) is now 0.300: this / that',
    );
  });

  it('has something to compare with', () =>
    expect(Object.keys(readBaseline())).toEqual(
      expect.arrayContaining(['P0', 'P1', 'P2', 'P3', 'P8']),
    ));
});
