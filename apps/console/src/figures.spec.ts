import { describe, expect, it } from '@jest/globals';
import type { RunState, RunResult, Tick } from '@coupon/results';
import { endingOf, figuresAt, integrityOf, longestMs, nameOf, successOf } from './figures.js';

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
const heat: RunState = {
  strategy: 'x',
  profile: 'smoke',
  repeat: 1,
  instances: 1,
  totalQuantity: 10,
  loadMs: 4_000,
  phase: 'running',
  ticks: [tick(1_000, 0, 10), tick(1_250, 4, 7), tick(1_500, null, null)],
  run: null,
};

describe('a lane’s counters', () => {
  it('are those of the moment that is asked for, the lost updates being the gap between quantity and rows', () => {
    expect(figuresAt(heat, 0)).toMatchObject({ left: 10, due: 10, lost: 0, elapsedMs: 0 });
    expect(figuresAt(heat, 300)).toMatchObject({
      left: 7,
      due: 6,
      rows: 4,
      lost: 1,
      granted: 4,
      elapsedMs: 250,
    });
  });

  it('keep what the database last said where it did not answer', () => {
    expect(figuresAt(heat)).toMatchObject({ left: 7, rows: 4, requests: 1_500, elapsedMs: 500 });
  });

  it('are the verdict’s own once there is one, but not in a replay', () => {
    const judged = { ...heat, run };
    expect(figuresAt(judged)).toMatchObject({ left: 4, rows: 10, lost: 4, requests: 40 });
    expect(figuresAt(judged, 300)).toMatchObject({ left: 7, rows: 4 });
  });

  it('before the first tick say that all is there', () => {
    expect(figuresAt({ ...heat, ticks: [] })).toMatchObject({
      left: 10,
      due: 10,
      lost: 0,
      requests: 0,
    });
    expect(longestMs([heat, { ...heat, ticks: [] }])).toBe(500);
  });

  it('name the most frequent failure first', () => {
    expect(figuresAt(heat).reasons.map(([reason]) => reason)).toEqual(['SOLD_OUT', 'DEADLOCK']);
  });
});

describe('a run', () => {
  it('ends as its verdict says', () => {
    expect(endingOf(run)).toBe('broke-as-declared');
    expect(endingOf({ verdict: { ...run.verdict, sound: true } })).toBe('held');
    expect(endingOf({ verdict: { ...run.verdict, holds: false } })).toBe('not-as-declared');
  });

  it('does not fail those who are told that what is sold out is sold out', () => {
    expect(successOf(run)).toBeCloseTo(10 / 30);
    expect(integrityOf(run)).toBeCloseTo(0.6);
    expect(successOf({ ...run, http: { ...run.http, requests: 10 } })).toBeNull();
    expect(nameOf({ strategy: 'x', repeat: 2, instances: 3 })).toBe('x × 3 (2)');
  });
});
