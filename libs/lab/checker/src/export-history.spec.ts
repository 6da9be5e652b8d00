import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { answered, granted, historyOf, row, soldOut } from '../test/histories.js';
import { plans, simulate } from '../test/simulator.js';
import { exportHistory, type ExportedOperation } from './export-history.js';
import type { RunHistory } from './run-history.js';

const operations = (history: RunHistory): ExportedOperation[] =>
  [...exportHistory(history)].filter((line): line is ExportedOperation => 'process' in line);

/** The stock of the model in docs/CHECKER.md: how many coupons there are, and are gone. */
interface Stock {
  readonly total: number;
  readonly gone: number;
}

/** The model's step: the stock after an operation, null where the operation cannot happen. */
function step({ total, gone }: Stock, { operation, outcome }: ExportedOperation): Stock | null {
  if (operation.f === 'stock') return { total: total + operation.by, gone };
  if (outcome.type === 'refused' && outcome.reason === 'SOLD_OUT')
    return gone >= total ? { total, gone } : null;
  const ordinal =
    outcome.type === 'ok' ? outcome.ordinal : outcome.type === 'unknown' ? outcome.recorded : null;
  if (ordinal === null || ordinal === undefined) return { total, gone };
  return gone < total && ordinal === gone + 1 ? { total, gone: gone + 1 } : null;
}

/** The model's stock at the beginning, as the header has it. */
function stockBefore(history: RunHistory): Stock {
  for (const line of exportHistory(history))
    if ('coupon' in line) return { total: line.coupon.total, gone: line.coupon.takenBefore };
  throw new Error('the export has no header');
}

/** Whether some order of the operations that fits their times is one of the model. */
function hasOrder(stock: Stock, open: readonly ExportedOperation[]): boolean {
  const firstEnd = Math.min(...open.map(({ end }) => end ?? Infinity));
  return (
    open.length === 0 ||
    open.some((one) => {
      const next = one.start <= firstEnd ? step(stock, one) : null;
      return (
        next !== null &&
        hasOrder(
          next,
          open.filter((other) => other !== one),
        )
      );
    })
  );
}

describe('the export of a history', () => {
  it('holds every attempt with its outcome; where that is unknown, with what the rows say', () => {
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
        version: 2,
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

  it('is one operation a claim, from the first attempt that can have made its row', () => {
    const attempts = [
      answered('a', [1, 2], 504),
      answered('a', [3, 4], 503),
      granted('a', [5, 6], 1),
      granted('a', [7, 8], 1),
      answered('b', [1, 2], 504),
      soldOut('b', [5, 6]),
      answered('c', [7, 8], 0),
      answered('c', [2, 3], 0),
      answered('old', [1, 2], 200, { ordinal: 9 }),
    ];
    const old = row('old', 9);
    const history = historyOf(9, attempts, [old, row('a', 1), row('c', 2)], {
      before: { total: 7, remaining: 6, rows: [old] },
      stockChanges: [
        { by: 3, startMs: 4, endMs: 9 },
        { by: -1, startMs: -Infinity, endMs: Infinity },
      ],
    });
    const seen = operations(history).map(({ operation, start, end, outcome }) => [
      operation.f === 'issue' ? operation.claimId : operation.by,
      start,
      end,
      outcome,
    ]);
    expect(seen).toEqual([
      ['a', 1, 6, { type: 'ok', ordinal: 1 }],
      [-1, 1, null, { type: 'ok' }],
      ['c', 2, null, { type: 'unknown', recorded: 2 }],
      ['a', 3, 4, { type: 'fail', reason: null }],
      [3, 4, 9, { type: 'ok' }],
      ['b', 5, 6, { type: 'refused', reason: 'SOLD_OUT' }],
    ]);
  });

  it('has an order by the model of the docs wherever the history has one', () => {
    const seen = { replayed: 0, unknown: 0 };
    fc.assert(
      fc.property(plans(9), (made) => {
        const plan = { ...made, issuesInOrder: true };
        const history = simulate(plan);
        const all = operations(history);
        if (!hasOrder(stockBefore(history), all))
          throw new Error(JSON.stringify({ history, all }, null, 1));
        const attempts = history.attempts ?? [];
        seen.replayed += attempts.length - new Set(attempts.map(({ claimId }) => claimId)).size;
        seen.unknown += all.filter(({ outcome }) => outcome.type === 'unknown').length;
      }),
      { numRuns: 1_000 },
    );
    expect(Object.values(seen).filter((count) => count < 100)).toEqual([]);
  });

  it('has none by that model once a number is given twice, or a refusal is false', () => {
    const bad = [
      historyOf(2, [granted('a', [0, 1], 1), granted('b', [2, 3], 1)], [row('a', 1), row('b', 1)]),
      historyOf(1, [soldOut('b', [0, 1]), granted('a', [2, 3], 1)], [row('a', 1)]),
      historyOf(
        2,
        [answered('a', [0, 1], 504), soldOut('b', [2, 3]), granted('a', [2, 3], 1)],
        [row('a', 1)],
        {
          before: { total: 1, remaining: 1, rows: [] },
          stockChanges: [{ by: 1, startMs: 1, endMs: 1 }],
        },
      ),
    ];
    for (const history of bad)
      expect(hasOrder(stockBefore(history), operations(history))).toBe(false);
  });

  it('never overlaps operations of a process, and uses only as many as claims ran at once', () => {
    fc.assert(
      fc.property(plans(40), (plan) => {
        const history = simulate(plan);
        const all = operations(history);
        const busyUntilMs = new Map<number, number>();
        for (const { process, start, end } of all) {
          expect(busyUntilMs.get(process) ?? -Infinity).toBeLessThan(start);
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
