import { expect, it } from '@jest/globals';
import { stacked } from './stacked.js';

const series = (values: readonly (number | null)[]) => ({
  label: { en: 'x', ko: 'x' },
  hue: 'good' as const,
  values,
});

it('lays layers on each other, the first at the bottom, and nothing is no hole', () => {
  expect(stacked([series([1, 2, 3]), series([10, null, 30])])).toEqual([
    [1, 2, 3],
    [11, 2, 33],
  ]);
  expect(stacked([])).toEqual([]);
});
