import { describe, expect, it } from '@jest/globals';
import { sameText } from '../text.js';
import { rowsOf, type Chart } from './chart.js';

const chart = (kind: Chart['kind'], values: readonly (number | null)[]): Chart => ({
  id: 'x',
  kind,
  x: { label: sameText('s'), values: values.map((_, n) => n) },
  y: { label: sameText('n') },
  series: [{ label: sameText('a'), hue: 'good', values }],
});

describe('the table behind a chart', () => {
  it('has every place, and nothing where there is nothing', () => {
    expect(rowsOf(chart('lines', [1, null, 3]))).toEqual([
      { place: '0', values: [1], within: [] },
      { place: '1', values: [null], within: [] },
      { place: '2', values: [3], within: [] },
    ]);
    expect(rowsOf(chart('lines', []))).toEqual([]);
  });

  it('is thinned evenly from the first place to the last', () => {
    const long = chart(
      'lines',
      Array.from({ length: 101 }, (_, n) => n),
    );
    expect(rowsOf(long, 11).map(({ place }) => place)).toEqual(
      Array.from({ length: 11 }, (_, n) => String(10 * n)),
    );
  });

  it('of joined lines repeats the last value', () => {
    expect(rowsOf(chart('joined-lines', [null, 1, null])).map(({ values }) => values)).toEqual([
      [null],
      [1],
      [1],
    ]);
  });

  it('says of each place whether it lies within a period, whose end does not belong to it', () => {
    const label = sameText('p');
    const periods: Chart['periods'] = [
      { label, hue: 'bad', spans: [{ from: 1, to: 2.5, label }] },
      {
        label,
        hue: 'wait',
        spans: [
          { from: 0, to: 1, label },
          { from: 3, to: 4, label },
        ],
      },
    ];
    const rows = rowsOf({ ...chart('steps', [1, 2, 3, 4]), periods });
    expect(rows.map(({ within }) => within)).toEqual([
      [false, true],
      [true, false],
      [true, false],
      [false, true],
    ]);
  });
});
