import { describe, expect, it } from '@jest/globals';
import { answered, granted, historyOf, keyReused, row, soldOut } from '../../test/histories.js';
import { check } from '../check.js';
import type { RunHistory } from '../run-history.js';

const kinds = (one: RunHistory) =>
  check(one, { issuesInOrder: true }).violations.map(({ kind }) => kind);

describe('a replay made no row', () => {
  const refused = answered('a', [0, 1], 503);
  const replayed = answered('a', [2, 3], 200, { ordinal: 1, replayed: true });

  it('so that a refusal before it was false, unless another attempt can have made the row', () => {
    const ordinal1 = [row('a', 1)];
    expect(kinds(historyOf(1, [refused, replayed], ordinal1))).toEqual(['refused-but-recorded']);
    expect(kinds(historyOf(1, [answered('a', [0, 1], 504), replayed], ordinal1))).toEqual([]);
    expect(kinds(historyOf(1, [refused, granted('a', [2, 3], 1)], ordinal1))).toEqual([]);
    expect(kinds(historyOf(1, [granted('a', [0, 1], 1), replayed], ordinal1))).toEqual([]);
  });

  it('nor took the stock later than the grant that it repeats', () => {
    const made = [answered('a', [5, 6], 504), { ...replayed, startMs: 0, endMs: 9 }];
    expect(kinds(historyOf(1, [...made, soldOut('b', [0, 4])], [row('a', 1)]))).toEqual([
      'sold-out-too-early',
    ]);
  });
});

describe('a replay of a granted claim', () => {
  const grantedTo7 = granted('a', [0, 1], 1, 7);
  const rowOf7 = [row('a', 1, { userId: 7 })];
  const notOpen = (startMs: number) => answered('a', [startMs, 9], 409, { reason: 'NOT_OPEN' });

  it('is answered with the grant, whether or not the coupon is still open', () => {
    expect(kinds(historyOf(1, [grantedTo7, notOpen(2)], rowOf7))).toEqual(['replay-differs']);
    expect(kinds(historyOf(1, [grantedTo7, notOpen(1)], rowOf7))).toEqual([]);
    expect(kinds(historyOf(1, [notOpen(2)], []))).toEqual([]);
    const before = { total: 1, remaining: 0, rows: rowOf7 };
    expect(kinds(historyOf(1, [notOpen(2)], rowOf7, { before }))).toEqual(['replay-differs']);
  });

  it("has its owner's own key, whenever it is made", () => {
    for (const times of [
      [0, 1],
      [5, 6],
    ] as const)
      expect(kinds(historyOf(1, [grantedTo7, keyReused('a', times, 7)], rowOf7))).toEqual([
        'key-denied-to-owner',
      ]);
    expect(kinds(historyOf(1, [grantedTo7, keyReused('a', [5, 6], 7)], []))).toEqual([
      'granted-without-row',
      'key-denied-to-owner',
    ]);
  });

  it("has another user's key where another user makes it, or may do so", () => {
    expect(kinds(historyOf(1, [grantedTo7, keyReused('a', [5, 6], 8)], rowOf7))).toEqual([]);
    expect(kinds(historyOf(1, [grantedTo7, keyReused('a', [5, 6])], rowOf7))).toEqual([]);
    const byNobody = [granted('a', [0, 1], 1), keyReused('a', [5, 6], 7)];
    expect(kinds(historyOf(1, byNobody, [row('a', 1)]))).toEqual([]);
    expect(kinds(historyOf(1, [keyReused('b', [5, 6], 7)], []))).toEqual([]);
  });
});

describe('a coupon that exists', () => {
  it('is never told not to', () => {
    const missing = answered('a', [0, 1], 404, { reason: 'NOT_FOUND' });
    expect(kinds(historyOf(1, [missing], []))).toEqual(['coupon-denied']);
    expect(kinds(historyOf(1, [missing, granted('a', [2, 3], 1)], [row('a', 1)]))).toEqual([
      'coupon-denied',
    ]);
  });
});
