import { describe, expect, it } from '@jest/globals';
import type { Tick, ClaimRecord } from '@coupon/results';
import { runChartsOf } from './run-charts.js';
import { runTimelineOf } from './run-timeline.js';

const claim = (
  endMs: number,
  tookMs: number,
  status = 200,
  reason: string | null = null,
): ClaimRecord => ({
  kind: 'claim',
  claimId: `c${endMs}`,
  startMs: endMs - tookMs,
  endMs,
  status,
  reason,
  ordinal: null,
});
const tick = (atMs: number, quantity: number | null, rows: number | null): Tick => ({
  atMs,
  requests: 0,
  status: {},
  reasons: {},
  ratePerS: 0,
  latencyMs: null,
  quantity,
  rows,
});
const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);

describe('the timeline of a run', () => {
  const claims = [
    claim(1_010, 10),
    claim(1_040, 30, 503, 'DEADLOCK'),
    claim(1_190, 50, 503, 'DEADLOCK'),
    claim(1_330, 4, 0),
    claim(3_000, 2_000),
  ];
  const timeline = runTimelineOf(
    claims,
    [tick(1_000, 10, 0), tick(2_000, null, null), tick(3_000, 9, 2)],
    10,
  );

  it('counts each response once, in the bucket in which it came', () => {
    expect(timeline.responses.map(({ outcome, count }) => [outcome, count])).toEqual([
      ['200', 2],
      ['DEADLOCK', 2],
      ['NO_ANSWER', 1],
    ]);
    const seconds = (timeline.atS[1] ?? 0) - (timeline.atS[0] ?? 0);
    expect(Math.round(sum(timeline.responses.flatMap(({ perS }) => perS)) * seconds)).toBe(5);
    expect(timeline.responses[1]?.perS.slice(0, 3)).toEqual([8, 0, 0]);
    expect(timeline.latencyMs.max.slice(0, 4)).toEqual([50, 4, null, null]);
    expect(timeline.atS.at(-1)).toBe(2.25);
  });

  it('counts responses by latency, within the bounds that occur', () => {
    expect(timeline.distribution.upToMs[0]).toBe(5);
    expect(timeline.distribution.upToMs.at(-1)).toBe(2_000);
    expect([sum(timeline.distribution.granted), sum(timeline.distribution.others)]).toEqual([2, 3]);
  });

  it('sets remaining beside expectedRemaining, and null where the database did not answer', () => {
    expect(timeline.stock).toEqual({
      atS: [0, 1, 2],
      remaining: [10, null, 9],
      expectedRemaining: [10, null, 8],
    });
  });

  it('is bounded however long the run was, and keeps the last sample', () => {
    const long = runTimelineOf(
      [claim(0, 0), claim(3_600_000, 1)],
      Array.from({ length: 2_401 }, (_, n) => tick(n * 1_500, n, 0)),
      10,
    );
    expect(long.atS.length).toBeLessThanOrEqual(121);
    expect(long.stock.atS.length).toBeLessThanOrEqual(241);
    expect(long.stock.remaining.at(-1)).toBe(2_400);
  });

  it('of a run without responses is empty, and drawn as such', () => {
    const none = runTimelineOf([], [], 10);
    expect(none.atS).toEqual([]);
    expect(runChartsOf('x', none).map(({ chart }) => chart.x.values.length)).toEqual([
      0, 0, 0, 0, 0,
    ]);
  });
});
