import { expect, it } from '@jest/globals';
import { violationKinds, type RunResult } from '@coupon/results';
import { verdictOn } from '@coupon/checker';
import { figuresOf } from '../output/table.js';
import { findingNames, happenedIn, labels, promiseOf, stateOf } from './texts.js';

const rows = {
  total: 100,
  issued: 40,
  remaining: 75,
  lostUpdates: 15,
  overIssued: 0,
  duplicateOrdinals: 15,
};
const latencyMs = { avg: 1, med: 2, p90: 3, p95: 4, p99: 5, max: 6 };
const http: RunResult['http'] = {
  requests: 100,
  status: { 200: 40, 503: 60 },
  reasons: { DEADLOCK: 60 },
  ratePerS: 10,
  grantsPerS: 4,
  latencyMs,
};
const run = (verdict: Partial<RunResult['verdict']>): RunResult => ({
  strategy: 'x',
  profile: 'smoke',
  repeat: 1,
  instances: 1,
  http,
  rows,
  unknown: { claims: 0, granted: 0 },
  verdict: { sound: true, expected: '', holds: true, findings: [], ...verdict },
});

it('has a Korean word for everything that the referee can find, and for every promise it holds a strategy to', () => {
  expect(Object.keys(findingNames).sort()).toEqual([...violationKinds].sort());
  for (const keeps of [true, false]) {
    const promises = {
      neverOverIssues: keeps,
      neverLosesUpdates: keeps,
      recordedOnReturn: true,
      acrossProcesses: keeps,
      survivesPausedHolder: keeps,
      issuesInOrder: keeps,
    };
    const { expected } = verdictOn({ rows, violations: [] }, promises);
    expect(promiseOf(run({ expected })).ko).not.toBe(expected);
  }
});

it('tells each of the three ends with the figures of the other language', () => {
  const ends = [
    run({}),
    run({ sound: false }),
    run({
      holds: false,
      findings: [{ kind: 'over-issued', count: 7, text: '7 too many', claims: [] }],
    }),
  ];
  expect(ends.map(stateOf)).toEqual(['holds', 'breaks', 'differs']);
  for (const end of ends) {
    const { en, ko } = happenedIn(end);
    const figures = (text: string): string[] =>
      [...new Set(text.match(/\d[\d,.]*(?= ?%|장|건|,|\)|:)|\d[\d,.]*\d/g) ?? [])].map((figure) =>
        figure.replace(/[.,:]$/, ''),
      );
    for (const figure of figures(ko)) expect(en).toContain(figure);
  }
});

it('knows only labels that the table has', () => {
  const known = figuresOf([]).map(({ label }) => label);
  expect([...labels.keys()].filter((label) => !known.includes(label))).toEqual([]);
});
