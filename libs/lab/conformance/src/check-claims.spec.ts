import { describe, expect, it } from '@jest/globals';
import type { CouponRecord } from '@coupon/application';
import { claimId, couponId, userId } from '@coupon/domain';
import { checkClaims } from './check-claims.js';
import type { Answer, RecordedClaim } from './clients/answer.js';

const id = (n: number) => claimId(`00000000-0000-4000-8000-${String(n).padStart(12, '0')}`);
const claimed = (
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
const row = (n: number, ordinal: number, user = n): CouponRecord['grants'][number] => ({
  id: n,
  claimId: id(n),
  couponId: couponId(1),
  user: userId(user),
  ordinal,
  issuedAtMs: 0,
});
const granted = (ordinal: number, replayed?: boolean): Answer => ({
  kind: 'granted',
  ordinal,
  replayed,
});
const soldOut: Answer = { kind: 'refused', refusal: 'SOLD_OUT' };
const limited: Answer = { kind: 'refused', refusal: 'LIMIT_REACHED' };
const foreign: Answer = { kind: 'refused', refusal: 'KEY_REUSED' };
const open: Answer = { kind: 'no-verdict', noVerdict: 'indeterminate', message: '' };
const busy: Answer = { kind: 'no-verdict', noVerdict: 'contended', message: '' };
const already: Answer = { kind: 'already-recorded' };
/** A coupon of 2 with these rows. */
const record = (grants: CouponRecord['grants'], own: Partial<CouponRecord> = {}): CouponRecord => ({
  totalQuantity: 2,
  perUserLimit: null,
  remaining: 2 - grants.length,
  version: 0,
  grants,
  ...own,
});

type Case = [string, readonly RecordedClaim[], CouponRecord, readonly string[]];
const cases: readonly Case[] = [
  [
    'nothing where all is right',
    [claimed(1, granted(1)), claimed(2, granted(2)), claimed(3, soldOut)],
    record([row(1, 1), row(2, 2)]),
    [],
  ],
  [
    'a later claim with the lower number',
    [claimed(1, granted(2)), claimed(3, granted(1))],
    record([row(1, 2), row(3, 1)]),
    ['numbered-in-order'],
  ],
  [
    'nothing where claims at the same time are numbered the other way',
    [claimed(1, granted(2), 1, 9), claimed(3, granted(1))],
    record([row(1, 2), row(3, 1)]),
    [],
  ],
  [
    'a number that is left out before all are issued',
    [claimed(1, granted(2))],
    record([row(1, 2)]),
    ['numbered-in-order'],
  ],
  [
    'nothing where an answer leaves the outcome open',
    [claimed(1, open), claimed(2, open), claimed(3, { kind: 'unanswered' })],
    record([row(1, 1), row(3, 2)]),
    [],
  ],
  [
    'nothing where a claim fails with an error',
    [claimed(1, { kind: 'error', message: 'oops' })],
    record([row(1, 1)]),
    [],
  ],
  [
    'one coupon too many',
    [claimed(1, granted(1)), claimed(2, granted(2)), claimed(3, granted(2))],
    record([row(1, 1), row(2, 2), row(3, 2)], { remaining: 0 }),
    ['no-lost-update', 'no-coupon-too-many', 'numbered-once-each'],
  ],
  [
    'a lost update',
    [claimed(1, granted(1)), claimed(2, granted(1))],
    record([row(1, 1), row(2, 1)], { remaining: 1 }),
    ['no-lost-update', 'numbered-once-each'],
  ],
  ['stock that leaked', [], record([], { remaining: 1 }), ['no-lost-update']],
  [
    'a number that no coupon has',
    [claimed(1, granted(3))],
    record([row(1, 3)]),
    ['numbered-once-each'],
  ],
  [
    'more coupons than one user may hold',
    [claimed(1, granted(1)), claimed(2, granted(2))],
    record([row(1, 1, 1), row(2, 2, 1)], { perUserLimit: 1 }),
    ['answers-match-rows', 'per-user-limit'],
  ],
  ['a grant without a row', [claimed(1, granted(1))], record([]), ['answers-match-rows']],
  [
    'another number in the row',
    [claimed(1, granted(2))],
    record([row(1, 1)]),
    ['answers-match-rows'],
  ],
  ["another user's row", [claimed(1, granted(1))], record([row(1, 1, 2)]), ['answers-match-rows']],
  [
    'a refusal with a row',
    [claimed(1, soldOut)],
    record([row(1, 1)]),
    ['answers-match-rows', 'sells-out', 'sold-out-is-true'],
  ],
  ['a contended claim with a row', [claimed(1, busy)], record([row(1, 1)]), ['answers-match-rows']],
  [
    'a contended claim whose row only a replay explains',
    [claimed(1, busy), claimed(1, granted(1, true), 5)],
    record([row(1, 1)]),
    ['answers-match-rows'],
  ],
  [
    'nothing where a contended claim is made again and granted',
    [claimed(1, busy), claimed(1, granted(1, false), 5)],
    record([row(1, 1)]),
    [],
  ],
  ['a row without a claim', [], record([row(1, 1)]), ['answers-match-rows']],
  [
    'a row of a claim whose key was another claim’s',
    [claimed(1, foreign)],
    record([row(1, 1)]),
    ['answers-match-rows'],
  ],
  [
    "a granted claim whose own user is told that the key is another's",
    [claimed(1, granted(1)), claimed(1, foreign, 5)],
    record([row(1, 1)]),
    ['replay-tells-the-first-outcome'],
  ],
  ...['NOT_OPEN_YET', 'ALREADY_CLOSED', 'PAUSED'].map((refusal): Case => [
    `a granted claim that is told ${refusal} when it is made again`,
    [claimed(1, granted(1)), claimed(1, { kind: 'refused', refusal }, 5)],
    record([row(1, 1)]),
    ['replay-tells-the-first-outcome'],
  ]),
  [
    'a coupon that is said not to exist',
    [claimed(1, { kind: 'refused', refusal: 'NO_SUCH_COUPON' })],
    record([]),
    ['answers-match-rows'],
  ],
  ['nothing where a claim is recorded already', [claimed(1, already)], record([row(1, 1)]), []],
  [
    'a claim that is recorded already, but has no row',
    [claimed(1, already)],
    record([]),
    ['answers-match-rows'],
  ],
  [
    'a replay with another number',
    [claimed(1, granted(1)), claimed(1, granted(2), 5)],
    record([row(1, 1)]),
    ['replay-tells-the-first-outcome'],
  ],
  [
    '"sold out" before a later grant',
    [claimed(1, soldOut, 1, 2), claimed(2, granted(1), 3, 4), claimed(3, granted(2), 3, 4)],
    record([row(2, 1), row(3, 2)]),
    ['sold-out-is-true'],
  ],
  [
    'nothing where "sold out" was told beside claims that had begun',
    [claimed(1, soldOut, 1, 4), claimed(2, granted(1), 2, 5), claimed(3, granted(2), 2, 5)],
    record([row(2, 1), row(3, 2)]),
    [],
  ],
  [
    'stock that is left after "sold out"',
    [claimed(1, soldOut)],
    record([]),
    ['sells-out', 'sold-out-is-true'],
  ],
  [
    '"limit reached" for a user below the limit',
    [claimed(1, limited)],
    record([], { perUserLimit: 1 }),
    ['limit-is-true'],
  ],
];

describe('claims and rows show', () => {
  it.each(cases)('%s', (_name, claims, rows, invariants) => {
    const broken = checkClaims(claims, rows).map(({ invariant }) => invariant);
    expect([...new Set(broken)]).toEqual(invariants);
  });
});
