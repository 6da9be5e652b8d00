import { describe, expect, it } from '@jest/globals';
import { AnswerTally } from './answer-tally.js';
import type { RunResult } from './result.js';
import { quantileOf, runEndingOf, runFiguresOf, runNameOf } from './run-figures.js';

const run: RunResult = {
  strategy: 'x',
  profile: 'smoke',
  repeat: 1,
  instances: 1,
  http: {
    requests: 43,
    status: { 200: 10, 503: 20, 409: 13 },
    reasons: { DEADLOCK: 20, SOLD_OUT: 10, LOCK_TIMEOUT: 3 },
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

describe('the figures of a run', () => {
  it('count "sold out" from a sold-out coupon neither as success nor as failure', () => {
    const figures = runFiguresOf(run);
    expect(figures).toMatchObject({ granted: 10, soldOut: 10, grantable: 33, failed: 23 });
    expect(figures.success).toBeCloseTo(10 / 33);
  });

  it('count "sold out" as a failure where the rows show that stock was left', () => {
    const early = runFiguresOf({ ...run, rows: { ...run.rows, issued: 9 } });
    expect(early).toMatchObject({ grantable: 43, failed: 33, expectedRemaining: 1 });
  });

  it('take integrity from the rows: what quantity does not account for, in either way', () => {
    expect(runFiguresOf(run)).toMatchObject({ expectedRemaining: 0, lostShare: 0.4 });
    expect(runFiguresOf(run).integrity).toBeCloseTo(0.6);
    const countedTwice = { ...run.rows, lostUpdates: -4 };
    expect(runFiguresOf({ ...run, rows: countedTwice }).integrity).toBeCloseTo(0.6);
    expect(runFiguresOf({ ...run, rows: { ...run.rows, lostUpdates: 12 } }).integrity).toBe(0);
  });

  it('are null where there is nothing to have a share of', () => {
    const { success, integrity, lostShare, deadlockShare } = runFiguresOf({
      http: { ...run.http, requests: 0, status: {}, reasons: {} },
      rows: { ...run.rows, issued: 0, lostUpdates: 0 },
    });
    expect([success, integrity, lostShare, deadlockShare]).toEqual([null, null, null, null]);
  });

  it('name failures that no client has to expect, and other conflicts than "sold out"', () => {
    expect(runFiguresOf(run)).toMatchObject({
      otherFailures: [['DEADLOCK', 20]],
      otherConflicts: 3,
    });
  });
});

describe('a run', () => {
  it('ends as its verdict says', () => {
    expect(runEndingOf(run)).toBe('broke-as-declared');
    expect(runEndingOf({ verdict: { ...run.verdict, sound: true } })).toBe('held');
    expect(runEndingOf({ verdict: { ...run.verdict, holds: false } })).toBe('not-as-declared');
  });

  it('is named with its instances and its repeat where there are several', () => {
    expect(runNameOf(run)).toBe('x');
    expect(runNameOf({ strategy: 'x', repeat: 2, instances: 3 })).toBe('x x 3 (2)');
  });
});

it('a quantile is one of the values; none of no values', () => {
  expect([0, 0.5, 0.95, 1].map((share) => quantileOf([1, 2, 3, 4], share))).toEqual([1, 3, 4, 4]);
  expect(quantileOf([], 0.5)).toBeNull();
});

it('an answer tally counts statuses, and failures by reason or by the lack of one', () => {
  const tally = new AnswerTally();
  for (const [status, reason] of [
    [200, null],
    [409, 'SOLD_OUT'],
    [0, null],
    [502, null],
  ] as const)
    tally.add({ status, reason });
  const before = tally.counts();
  tally.add({ status: 200, reason: null });
  expect(before).toEqual({
    requests: 4,
    status: { 0: 1, 200: 1, 409: 1, 502: 1 },
    reasons: { SOLD_OUT: 1, NO_ANSWER: 1, HTTP_502: 1 },
  });
});
