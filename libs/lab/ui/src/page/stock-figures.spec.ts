import { describe, expect, it } from '@jest/globals';
import type { RunState, RunResult, Tick } from '@coupon/results';
import { longestMs, stockFiguresAt } from './stock-figures.js';

const tick = (atMs: number, rows: number | null, quantity: number | null): Tick => ({
  atMs,
  requests: atMs,
  status: { 200: rows ?? 0 },
  reasons: { DEADLOCK: 2, SOLD_OUT: 9 },
  ratePerS: 5,
  latencyMs: null,
  quantity,
  rows,
});
const run: RunResult = {
  strategy: 'x',
  profile: 'smoke',
  repeat: 1,
  instances: 1,
  http: {
    requests: 40,
    status: { 200: 10, 503: 20, 409: 10 },
    reasons: { DEADLOCK: 20, SOLD_OUT: 10 },
    ratePerS: 1,
    grantsPerS: 1,
    latencyMs: { avg: 1, med: 1, p90: 1, p95: 1, p99: 1, max: 1 },
  },
  rows: {
    total: 10,
    issued: 10,
    remaining: 4,
    lostUpdates: 4,
    overIssued: 0,
    duplicateOrdinals: 4,
  },
  unknown: { claims: 0, granted: 0 },
  verdict: { sound: false, expected: '', holds: true, findings: [] },
};
const state: RunState = {
  strategy: 'x',
  profile: 'smoke',
  repeat: 1,
  instances: 1,
  totalQuantity: 10,
  loadMs: 4_000,
  phase: 'running',
  ticks: [tick(1_000, 0, 10), tick(1_250, 4, 7), tick(1_500, null, null)],
  result: null,
};

describe('the counters of a run', () => {
  it('are those of the moment; lost updates are the gap between quantity and rows', () => {
    expect(stockFiguresAt(state, 0)).toMatchObject({
      remaining: 10,
      expectedRemaining: 10,
      lostUpdates: 0,
      elapsedMs: 0,
    });
    expect(stockFiguresAt(state, 300)).toMatchObject({
      remaining: 7,
      expectedRemaining: 6,
      rows: 4,
      lostUpdates: 1,
      granted: 4,
      elapsedMs: 250,
    });
  });

  it('keep the last sample where the database did not answer', () => {
    expect(stockFiguresAt(state)).toMatchObject({
      remaining: 7,
      rows: 4,
      requests: 1_500,
      elapsedMs: 500,
    });
  });

  it('are the verdict’s own once there is one, but not in a replay', () => {
    const judged = { ...state, result: run };
    expect(stockFiguresAt(judged)).toMatchObject({
      remaining: 4,
      rows: 10,
      lostUpdates: 4,
      requests: 40,
    });
    expect(stockFiguresAt(judged, 300)).toMatchObject({ remaining: 7, rows: 4 });
  });

  it('before the first tick say that all is there', () => {
    expect(stockFiguresAt({ ...state, ticks: [] })).toMatchObject({
      remaining: 10,
      expectedRemaining: 10,
      lostUpdates: 0,
      requests: 0,
    });
    expect(longestMs([state, { ...state, ticks: [] }])).toBe(500);
  });

  it('name the most frequent failure first', () => {
    expect(stockFiguresAt(state).reasons.map(([reason]) => reason)).toEqual([
      'SOLD_OUT',
      'DEADLOCK',
    ]);
  });
});
