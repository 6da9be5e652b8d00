import { describe, expect, it } from '@jest/globals';
import type { RunState, LiveState, RaceState } from './console.js';
import { applyLive, isUnderWay, nothingLive, TICKS_KEPT_MAX } from './live-state.js';
import type { Tick } from './watch.js';

const runState = (strategy: string): RunState => ({
  strategy,
  profile: 'smoke',
  repeat: 1,
  instances: 1,
  totalQuantity: 10,
  loadMs: 4_000,
  phase: 'waiting',
  ticks: [],
  result: null,
});
const race: RaceState = {
  id: 'a',
  phase: 'preparing',
  startedAtMs: 0,
  expectedMs: 1,
  runs: [runState('x'), runState('y')],
  saying: '',
  fault: null,
};
const tick = (requests: number): Tick => ({
  atMs: requests,
  requests,
  status: {},
  reasons: {},
  ratePerS: 0,
  latencyMs: null,
  quantity: 0,
  rows: 0,
});
const withTicks = (state: LiveState, count: number): LiveState =>
  Array.from({ length: count }, (_, n) => n).reduce(
    (now, n) => applyLive(now, { kind: 'tick', index: 1, tick: tick(n) }),
    state,
  );

describe('the live state, event by event', () => {
  const begun = applyLive(nothingLive, { kind: 'race', race });

  it('changes the run of the event, and no other', () => {
    const ticked = withTicks(
      applyLive(begun, { kind: 'run', index: 1, phase: 'running', result: null }),
      3,
    );
    expect(ticked.race?.runs.map(({ phase, ticks }) => [phase, ticks.length])).toEqual([
      ['waiting', 0],
      ['running', 3],
    ]);
    expect(begun.race?.runs[1]?.ticks).toEqual([]);
  });

  it('keeps a bounded number of ticks that still spans the whole run', () => {
    const ticks = withTicks(begun, 3 * TICKS_KEPT_MAX).race?.runs[1]?.ticks ?? [];
    expect(ticks.length).toBeLessThanOrEqual(TICKS_KEPT_MAX);
    expect(ticks.length).toBeGreaterThan(TICKS_KEPT_MAX / 4);
    expect([ticks[0]?.requests, ticks.at(-1)?.requests]).toEqual([0, 3 * TICKS_KEPT_MAX - 1]);
    expect(ticks.map(({ requests }) => requests)).toEqual(
      ticks.map(({ requests }) => requests).sort((a, b) => a - b),
    );
  });

  it('is under way until its final phase', () => {
    const phases = ['preparing', 'running', 'stopping', 'finished', 'stopped', 'failed'] as const;
    expect(
      phases.filter((phase) =>
        isUnderWay(applyLive(begun, { kind: 'phase', phase, fault: null }).race),
      ),
    ).toEqual(['preparing', 'running', 'stopping']);
    expect(isUnderWay(null)).toBe(false);
  });

  it('"live" replaces the whole state', () => {
    expect(applyLive(begun, { kind: 'live', state: nothingLive })).toEqual(nothingLive);
    expect(applyLive(nothingLive, { kind: 'tick', index: 0, tick: tick(1) })).toEqual(nothingLive);
  });
});
