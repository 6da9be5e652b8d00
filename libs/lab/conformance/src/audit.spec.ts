import { describe, expect, it } from '@jest/globals';
import { claimId, userId } from '@coupon/domain';
import { audit, type Books } from './audit.js';
import type { Answer, RecordedClaim } from './clients/answer.js';

const id = (n: number) => claimId(`00000000-0000-4000-8000-${String(n).padStart(12, '0')}`);
const told = (
  n: number,
  answer: Answer,
  sentAtMs = n,
  answeredAtMs = sentAtMs + 1,
): RecordedClaim => ({
  claim: { id: id(n), user: userId(n) },
  sentAtMs,
  answeredAtMs,
  answer,
});
const row = (n: number, ordinal: number, user = n) => ({ claimId: id(n), ordinal, user });
const granted = (ordinal: number): Answer => ({ kind: 'granted', ordinal });
const soldOut: Answer = { kind: 'refused', refusal: 'SOLD_OUT' };
const open: Answer = { kind: 'no-verdict', noVerdict: 'indeterminate', message: '' };
const busy: Answer = { kind: 'no-verdict', noVerdict: 'contended', message: '' };
const books = (rows: Books['rows'], own: Partial<Books> = {}): Books => ({
  totalQuantity: 2,
  perUserLimit: null,
  quantity: 2 - rows.length,
  rows,
  ...own,
});

const cases: readonly [string, readonly RecordedClaim[], Books, readonly string[]][] = [
  [
    'all is well',
    [told(1, granted(1)), told(2, granted(2)), told(3, soldOut)],
    books([row(1, 1), row(2, 2)]),
    [],
  ],
  ['nobody knows: both are right', [told(1, open), told(2, open)], books([row(1, 1)]), []],
  [
    'one too many',
    [told(1, granted(1)), told(2, granted(2)), told(3, granted(2))],
    books([row(1, 1), row(2, 2), row(3, 2)], { quantity: 0 }),
    ['no-coupon-too-many', 'no-lost-update', 'numbered-once-each'],
  ],
  [
    'a lost update',
    [told(1, granted(1)), told(2, granted(1))],
    books([row(1, 1), row(2, 1)], { quantity: 1 }),
    ['no-lost-update', 'numbered-once-each'],
  ],
  ['a number that is none', [told(1, granted(3))], books([row(1, 3)]), ['numbered-once-each']],
  [
    'more than one user may',
    [told(1, granted(1)), told(2, granted(2))],
    books([row(1, 1, 1), row(2, 2, 1)], { perUserLimit: 1 }),
    ['per-user-limit', 'answers-match-rows'],
  ],
  ['granted without a row', [told(1, granted(1))], books([]), ['answers-match-rows']],
  ['another number in the row', [told(1, granted(2))], books([row(1, 1)]), ['answers-match-rows']],
  ['refused with a row', [told(1, soldOut)], books([row(1, 1)]), ['answers-match-rows']],
  ['contended with a row', [told(1, busy)], books([row(1, 1)]), ['answers-match-rows']],
  ['a row that nobody asked for', [], books([row(1, 1)]), ['answers-match-rows']],
  [
    'recorded before, but it is not',
    [told(1, { kind: 'already-recorded' })],
    books([]),
    ['answers-match-rows'],
  ],
  [
    'an unknown error',
    [told(1, { kind: 'error', message: 'oops' })],
    books([]),
    ['only-known-errors'],
  ],
  [
    'sold out, and then not',
    [told(1, soldOut, 1, 2), told(2, granted(1), 3, 4)],
    books([row(2, 1)]),
    ['sold-out-is-true'],
  ],
  [
    'sold out beside one who asked before',
    [told(1, soldOut, 1, 4), told(2, granted(1), 2, 5)],
    books([row(2, 1)]),
    [],
  ],
];

describe('the audit finds', () => {
  it.each(cases)('%s', (_name, claims, found, laws) => {
    expect([...new Set(audit(claims, found).map(({ law }) => law))]).toEqual(laws);
  });
});
