import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { plans, simulate } from '../test/simulator.js';
import { exportHistory, type ExportedOperation } from './export-history.js';
import type { RunHistory } from './run-history.js';

const operations = (history: RunHistory): ExportedOperation[] =>
  [...exportHistory(history)].filter((line): line is ExportedOperation => 'process' in line);

describe('the export of a history', () => {
  it('holds every attempt with its outcome, or with what the rows say where the outcome is unknown', () => {
    const attempt = { startMs: 1, endMs: 2, reason: null, ordinal: null };
    const history: RunHistory = {
      attempts: [
        { ...attempt, claimId: 'b', startMs: 3, endMs: 4, status: 409, reason: 'SOLD_OUT' },
        { ...attempt, claimId: 'a', userId: 7, status: 200, ordinal: 1 },
        { ...attempt, claimId: 'c', startMs: 5, endMs: 6, status: 503, reason: 'DEADLOCK' },
        { ...attempt, claimId: 'd', startMs: null, endMs: null, status: 0 },
        { ...attempt, claimId: 'e', startMs: 7, endMs: 8, status: 504 },
      ],
      rows: [
        { claimId: 'a', ordinal: 1 },
        { claimId: 'd', ordinal: 2 },
      ],
      before: { total: 2, remaining: 2, rows: [] },
      after: { total: 2, remaining: 0 },
      perUserLimit: null,
      stockChanges: [],
      quiet: true,
      clockSkewMaxMs: null,
    };
    expect([...exportHistory(history)]).toEqual([
      {
        format: 'coupon-race-history',
        version: 1,
        coupon: { total: 2, takenBefore: 0, perUser: null },
      },
      {
        process: 0,
        operation: { f: 'issue', claimId: 'a', userId: 7 },
        start: 1,
        end: 2,
        outcome: { type: 'ok', ordinal: 1 },
      },
      {
        process: 1,
        operation: { f: 'issue', claimId: 'd' },
        start: 1,
        end: null,
        outcome: { type: 'unknown', recorded: 2 },
      },
      {
        process: 0,
        operation: { f: 'issue', claimId: 'b' },
        start: 3,
        end: 4,
        outcome: { type: 'refused', reason: 'SOLD_OUT' },
      },
      {
        process: 0,
        operation: { f: 'issue', claimId: 'c' },
        start: 5,
        end: 6,
        outcome: { type: 'fail', reason: 'DEADLOCK' },
      },
      {
        process: 0,
        operation: { f: 'issue', claimId: 'e' },
        start: 7,
        end: null,
        outcome: { type: 'unknown', recorded: null },
      },
    ]);
  });

  it('never lets operations of one process overlap, and uses no more processes than claims were under way at once', () => {
    fc.assert(
      fc.property(plans(40), (plan) => {
        const history = simulate(plan);
        const all = operations(history);
        expect(all).toHaveLength((history.attempts ?? []).length);
        const busyUntilMs = new Map<number, number>();
        for (const { process, start, end } of all) {
          expect(busyUntilMs.get(process) ?? -1).toBeLessThan(start);
          busyUntilMs.set(process, end ?? Infinity);
        }
        const atOnce = all.map(
          ({ start }) =>
            all.filter((other) => other.start <= start && (other.end ?? Infinity) >= start).length,
        );
        expect(busyUntilMs.size).toBe(Math.max(0, ...atOnce));
      }),
      { numRuns: 300 },
    );
  });
});
