import { reasons } from '@coupon/http-contract';
import { expect, it } from '@jest/globals';
import { runChartsOf } from './run-charts.js';
import type { RunTimeline } from './run-timeline.js';

/** A run with each outcome once. */
const timelineOf = (outcomes: readonly string[]): RunTimeline => ({
  atS: [1],
  responses: outcomes.map((outcome) => ({ outcome, perS: [1], count: 1 })),
  latencyMs: { med: [1], p95: [1], max: [1] },
  distribution: { upToMs: [1], granted: [1], others: [1] },
  stock: { atS: [1], remaining: [1], expectedRemaining: [1] },
});

const responsesOf = (outcomes: readonly string[]) =>
  runChartsOf('run', timelineOf(outcomes)).find(({ chart }) => chart.id === 'run-responses')?.chart
    .series ?? [];

it('names every reason of the API in both languages', () => {
  const series = responsesOf(['200', 'NO_ANSWER', ...reasons]);
  expect(series).toHaveLength(reasons.length + 2);
  const unnamed = series.filter(({ label: { en, ko } }) => /^[A-Z_]+$/.test(en) || en === ko);
  expect(unnamed).toEqual([]);
  expect(new Set(series.map(({ label }) => label.en)).size).toBe(series.length);
});

it('shows in red what an operator has to mend', () => {
  const hues = responsesOf(['COUPON_INCONSISTENT', 'INTERNAL_ERROR', 'DEADLOCK']);
  expect(hues.map(({ hue }) => hue)).toEqual(['bad', 'bad', 'bad']);
});
