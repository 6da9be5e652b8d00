import { describe, expect, it } from '@jest/globals';
import type { Violation, RunResult } from '@coupon/results';
import { compareRuns } from './compare-runs.js';

const found: Violation = { kind: 'lost-updates', count: 1, text: '', claims: [] };

const run = (
  repeat: number,
  rate: number,
  over: {
    readonly strategy?: string;
    readonly findings?: readonly Violation[];
    readonly holds?: boolean;
  } = {},
): RunResult => ({
  strategy: over.strategy ?? 'mysql-for-update',
  profile: 'smoke',
  repeat,
  instances: 1,
  http: {
    requests: 1_000,
    status: { 200: 900, 409: 100 },
    reasons: { SOLD_OUT: 100 },
    ratePerS: rate,
    grantsPerS: rate,
    latencyMs: { avg: 5, med: 1e5 / rate, p90: 8, p95: 9, p99: 10, max: 20 },
  },
  rows: {
    total: 900,
    issued: 900,
    remaining: 0,
    lostUpdates: 0,
    overIssued: 0,
    duplicateOrdinals: 0,
  },
  unknown: { claims: 0, granted: 0 },
  verdict: {
    sound: (over.findings ?? []).length === 0,
    expected: '',
    holds: over.holds ?? true,
    findings: [...(over.findings ?? [])],
  },
});
const runs = (rates: readonly number[], over?: Parameters<typeof run>[2]): RunResult[] =>
  rates.map((rate, n) => run(n + 1, rate, over));

const steady = [100, 102, 99, 101, 98];
const figures = (before: readonly RunResult[], after: readonly RunResult[]) =>
  Object.fromEntries(
    compareRuns(before, after).figures.map(({ measure, verdict }) => [measure, verdict]),
  );

describe('compareRuns', () => {
  it('tells what is slower, by rates and by latencies, and nothing of what did not change', () => {
    expect(figures(runs(steady), runs(steady.map((rate) => rate * 0.8)))).toEqual({
      'granted/s': 'worse',
      'req/s': 'worse',
      success: 'same',
      'med ms': 'worse',
      'p95 ms': 'same',
      'p99 ms': 'same',
    });
    expect(figures(runs(steady), runs(steady.map((rate) => rate * 1.3)))).toMatchObject({
      'granted/s': 'better',
      'med ms': 'better',
    });
    expect(figures(runs(steady), runs(steady.toReversed()))).toMatchObject({
      'granted/s': 'same',
      'med ms': 'same',
    });
  });

  it('takes no refusal of what is sold out for a failure', () => {
    const [success] = compareRuns(runs([100]), runs([100])).figures.filter(
      ({ measure }) => measure === 'success',
    );
    expect(success).toMatchObject({ before: 1, after: 1 });
  });

  it('makes nothing of single runs', () => {
    expect(new Set(Object.values(figures(runs([100]), runs([10]))))).toEqual(new Set(['too few']));
  });

  it('tells a verdict that does not hold any more, however few runs there are', () => {
    expect(
      compareRuns(runs([100]), runs([100], { findings: [found], holds: false })).facts,
    ).toEqual([
      {
        group: 'mysql-for-update, smoke',
        text: 'not as declared in 0 of 1 runs before, in 1 of 1 now',
        worse: true,
      },
      {
        group: 'mysql-for-update, smoke',
        text: 'lost-updates: found now, not before',
        worse: true,
      },
    ]);
    expect(
      compareRuns(runs([100], { findings: [found], holds: false }), runs([100])).facts.map(
        ({ worse }) => worse,
      ),
    ).toEqual([false, false]);
  });

  it('compares like with like only', () => {
    const {
      figures: none,
      onlyBefore,
      onlyAfter,
    } = compareRuns(runs([1], { strategy: 'a' }), runs([1], { strategy: 'b' }));
    expect({ none, onlyBefore, onlyAfter }).toEqual({
      none: [],
      onlyBefore: ['a, smoke'],
      onlyAfter: ['b, smoke'],
    });
  });
});
