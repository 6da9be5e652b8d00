import { describe, expect, it } from '@jest/globals';
import type { FaultCell } from '@coupon/results';
import { rowsOf } from './chart.js';
import { faultChartOf, gapsIn } from './fault-charts.js';

const none = (steps: number): number[] => Array.from({ length: steps }, () => 0);
const timeline = (
  grants: readonly number[],
  further: Partial<FaultCell['timeline']> = {},
): FaultCell['timeline'] => ({
  stepMs: 100,
  grants: [...grants],
  injectedMs: 200,
  healedMs: 900,
  ...further,
});

describe('the times without a grant', () => {
  it('begin after the first grant, and are half a second at least', () => {
    expect(gapsIn(timeline([...none(9), 1, ...none(4), 1]))).toEqual([]);
    expect(gapsIn(timeline([1, ...none(5), 2, ...none(6), 1]))).toEqual([
      { fromMs: 100, toMs: 600 },
      { fromMs: 700, toMs: 1_300 },
    ]);
  });

  it('last to the end where no grant comes any more; with no grant at all it is all of it', () => {
    expect(gapsIn(timeline([1, ...none(7)]))).toEqual([{ fromMs: 100, toMs: 800 }]);
    expect(gapsIn(timeline(none(6)))).toEqual([{ fromMs: 0, toMs: 600 }]);
    expect(gapsIn(timeline([]))).toEqual([]);
  });
});

describe('the chart of a cell', () => {
  it('has every step with its grants, and whether it lay in the fault or in a gap', () => {
    const { chart } = faultChartOf({ timeline: timeline([3, 2, ...none(6), 1]) });
    expect(rowsOf(chart).map(({ place, values, within }) => [place, ...values, ...within])).toEqual(
      [
        ['0', 3, false, false],
        ['0.1', 2, false, false],
        ['0.2', 0, true, true],
        ['0.3', 0, true, true],
        ['0.4', 0, true, true],
        ['0.5', 0, true, true],
        ['0.6', 0, true, true],
        ['0.7', 0, true, true],
        ['0.8', 1, true, false],
      ],
    );
  });

  it('says when the fault was injected and healed, or that it never was', () => {
    const spanOf = (healedMs: number | null) =>
      faultChartOf({ timeline: timeline([1, 1, 1], { healedMs }) }).chart.periods?.[0]?.spans[0];
    expect(spanOf(250)).toMatchObject({ from: 0.2, to: 0.25 });
    expect(spanOf(250)?.label.en).toBe('fault: injected 0.2 s, healed 0.3 s');
    expect(spanOf(null)).toMatchObject({ from: 0.2, to: 0.3 });
    expect(spanOf(null)?.label.en).toContain('never healed');
  });
});
