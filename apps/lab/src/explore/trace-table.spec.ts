import { describe, expect, it } from '@jest/globals';
import type { Schedule, Step } from '@coupon/results';
import { traceTable, wordsOf } from './trace-table.js';

const step = (client: number, statement: string, atMs: number, more: Partial<Step> = {}): Step => ({
  client,
  statement,
  effect: '1 row',
  blocked: false,
  valueRead: null,
  valueWritten: null,
  atMs,
  answeredAtMs: atMs + 0.1,
  ...more,
});

const schedule: Schedule = {
  order: 'ABAB',
  outcome: 'deadlock',
  told: [
    { kind: 'granted', ordinal: 1 },
    { kind: 'no-verdict', why: 'deadlocked' },
  ],
  remaining: 1,
  ordinals: [1],
  steps: [
    step(0, 'SELECT coupons', 1, { valueRead: { quantity: 2 } }),
    step(0, 'UPDATE coupons', 2, { blocked: true, answeredAtMs: 4, valueWritten: { quantity: 1 } }),
    step(1, 'UPDATE coupons', 3, { effect: 'errno 1213', valueWritten: { quantity: 1 } }),
  ],
};

describe('a trace as a table', () => {
  const lines = traceTable(schedule)
    .split('\n')
    .slice(3, -1)
    .map((line) =>
      line
        .split('│')
        .slice(1, -1)
        .map((cell) => cell.trimEnd()),
    );

  it('has a column for each client, in time: what was read, waits, failures, answers', () => {
    expect(lines).toEqual([
      [' 1', ' SELECT coupons', ''],
      ['', '   reads quantity 2', ''],
      [' 2', ' UPDATE coupons', ''],
      ['', '   waits', ''],
      [' 3', '', ' UPDATE coupons: errno 1213'],
      [' 4', '   UPDATE coupons goes on', ''],
      ['', '   writes quantity 1', ''],
      [' told', ' granted number 1', ' no verdict: deadlocked'],
    ]);
  });

  it('says in words what else a client can be told', () => {
    expect(wordsOf({ kind: 'refused', refusal: 'SOLD_OUT' })).toBe('refused: SOLD_OUT');
    expect(wordsOf({ kind: 'failed', message: 'a bug' })).toBe('failed: a bug');
  });
});
