import { describe, expect, it } from '@jest/globals';
import type { FaultMatrix, MatrixPlace } from '@coupon/results';
import { everything, filtered, totalsOf } from './matrix-filter.js';

const run = (deviations: number, revision = 'new'): MatrixPlace => ({
  state: 'run',
  verdict: 'sound',
  deviations,
  revision,
});
const notRun: MatrixPlace = { state: 'not-run' };
const inapplicable: MatrixPlace = { state: 'inapplicable', reason: 'it does not use Redis' };

const matrix: FaultMatrix = {
  strategies: ['one', 'two', 'three'],
  newestRevision: 'new',
  faults: [
    { name: 'a', title: 'a', kind: 'clock', places: [run(0), run(2), notRun] },
    { name: 'b', title: 'b', kind: 'clock', places: [run(0), run(0, 'old'), notRun] },
    { name: 'c', title: 'c', kind: 'network', places: [inapplicable, run(0), run(1, 'old')] },
  ],
};
const shown = (filter: Partial<typeof everything>) => {
  const { strategies, faults } = filtered(matrix, { ...everything, ...filter });
  expect(faults.every(({ places }) => places.length === strategies.length)).toBe(true);
  return [faults.map(({ name }) => name).join(''), strategies.join(' ')];
};

describe('the matrix', () => {
  it('is shown whole, or of one strategy, or of one kind of fault', () => {
    expect(shown({})).toEqual(['abc', 'one two three']);
    expect(shown({ strategy: 'two' })).toEqual(['abc', 'two']);
    expect(shown({ kind: 'clock' })).toEqual(['ab', 'one two three']);
  });

  it('leaves only rows and columns with a cell that differs, with the other filters', () => {
    expect(shown({ onlyDeviations: true })).toEqual(['ac', 'two three']);
    expect(shown({ onlyDeviations: true, kind: 'clock' })).toEqual(['a', 'two']);
    expect(shown({ onlyDeviations: true, strategy: 'three' })).toEqual(['c', 'three']);
    expect(shown({ onlyDeviations: true, strategy: 'one' })).toEqual(['', '']);
  });

  it('counts what is a cell, what was run, what differs, and what is of an older revision', () => {
    expect(totalsOf(matrix)).toEqual({ of: 8, run: 6, differing: 2, older: 2 });
  });
});
