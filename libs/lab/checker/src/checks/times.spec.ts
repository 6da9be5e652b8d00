import { describe, expect, it } from '@jest/globals';
import { granted, historyOf, limited, row, soldOut } from '../../test/histories.js';
import { check } from '../check.js';
import type { RunHistory } from '../run-history.js';

const kinds = (one: RunHistory) =>
  check(one, { issuesInOrder: true }).violations.map(({ kind }) => kind);

describe('the limit, where the history names no users', () => {
  const rows = [row('a', 1, { userId: 7 }), row('b', 2, { userId: 7 }), row('c', 3, { userId: 8 })];
  const grants = [granted('a', [0, 1], 1), granted('b', [2, 3], 2), granted('c', [2, 3], 3)];
  const told = (atMs: number, perUserLimit: number | null) =>
    kinds(historyOf(9, [...grants, limited('d', [atMs, atMs])], rows, { perUserLimit }));

  it('is not reached while the rows show no user who can hold so many', () => {
    expect(told(9, 3)).toEqual(['limit-too-early']);
    expect(told(1, 2)).toEqual(['limit-too-early']);
    expect(told(2, 2)).toEqual([]);
    expect(told(9, null)).toEqual(['limit-too-early']);
  });

  it('is exceeded where the rows show a user who holds more', () => {
    expect(told(9, 1)).toEqual(['per-user-limit']);
  });

  it('is unknown where the rows name no users either', () => {
    const nameless = rows.map(({ claimId, ordinal }) => row(claimId, ordinal));
    const history = historyOf(9, [...grants, limited('d', [9, 9])], nameless, { perUserLimit: 3 });
    expect(kinds(history)).toEqual([]);
  });
});

describe('a total that changes while clients claim', () => {
  const first = granted('a', [0, 1], 1);
  const sold = (...times: readonly [number, number][]) =>
    times.map((time, n) => soldOut(`s${n}`, time));
  /** Of 1 coupon, later of `1 + by`, while the change is under way from 5 to 6. */
  const changed = (
    by: number,
    attempts: RunHistory['attempts'],
    grants: number,
    from = 5,
    until = 6,
  ) =>
    kinds(
      historyOf(
        1 + by,
        attempts ?? [],
        ['a', 'b', 'c'].slice(0, grants).map((id, n) => row(id, n + 1)),
        {
          before: { total: 1, remaining: 1, rows: [] },
          stockChanges: [{ by, startMs: from, endMs: until }],
        },
      ),
    );

  it('was sold out before it was raised, and not afterwards', () => {
    expect(changed(1, [first, ...sold([2, 3], [5, 6]), granted('b', [8, 9], 2)], 2)).toEqual([]);
    expect(changed(1, [first, ...sold([7, 7]), granted('b', [8, 9], 2)], 2)).toEqual([
      'sold-out-too-early',
    ]);
  });

  it('is sold out once it is cut to what was issued', () => {
    const cut = (atMs: number) =>
      kinds(
        historyOf(1, [first, ...sold([atMs, atMs])], [row('a', 1)], {
          before: { total: 3, remaining: 3, rows: [] },
          stockChanges: [{ by: -2, startMs: 5, endMs: 6 }],
        }),
      );
    expect(cut(5)).toEqual([]);
    expect(cut(9)).toEqual([]);
    expect(cut(4)).toEqual(['sold-out-too-early']);
  });

  it('has nothing to grant before the raise, nor after the cut', () => {
    const second = (startMs: number) => [first, granted('b', [startMs, startMs], 2)];
    expect(changed(1, second(5), 2)).toEqual([]);
    expect(changed(1, second(4), 2)).toEqual(['granted-too-early']);
    const afterCut = (startMs: number) =>
      kinds(
        historyOf(1, second(startMs), [row('a', 1), row('b', 2)], {
          before: { total: 3, remaining: 3, rows: [] },
          stockChanges: [{ by: -2, startMs: 5, endMs: 6 }],
        }),
      );
    expect(afterCut(6)).toEqual([]);
    expect(afterCut(7)).toEqual(['granted-too-early']);
  });

  it('may have been changed at any time where nobody knows when', () => {
    const ever = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;
    const attempts = [first, ...sold([2, 3], [7, 7]), granted('b', [8, 9], 2)];
    expect(changed(1, attempts, 2, ...ever)).toEqual([]);
    expect(changed(1, [...sold([-9, -9]), ...attempts], 2, ...ever)).toEqual([
      'sold-out-too-early',
    ]);
  });
});
