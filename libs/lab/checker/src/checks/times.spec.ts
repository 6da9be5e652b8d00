import { describe, expect, it } from '@jest/globals';
import { granted, historyOf, limited, row } from '../../test/histories.js';
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
