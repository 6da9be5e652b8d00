import { describe, expect, it } from '@jest/globals';
import { NoVerdict } from '@coupon/application';
import { couponId, judge, userId, type Terms } from '@coupon/domain';
import { claimNumbered } from './memory/memory-runner.js';
import { outcomeOf, toldBy, type Asked, type ClaimResult } from './outcome.js';

const terms = (totalQuantity: number, perUserLimit: number | null = null): Terms => ({
  couponId: couponId(1),
  totalQuantity,
  perUserLimit,
});
const row = (n: number, ordinal: number, user = n) => ({
  claim: claimNumbered(n),
  user: userId(user),
  ordinal,
});
const asked = (n: number, told: ClaimResult, user = n): Asked => ({
  claim: claimNumbered(n),
  user: userId(user),
  told,
});
const granted = (ordinal: number): ClaimResult => ({ kind: 'granted', ordinal });
const refused = (refusal: string): ClaimResult => ({ kind: 'refused', refusal });
const none = (why: 'deadlocked' | 'contended' | 'indeterminate'): ClaimResult => ({
  kind: 'no-verdict',
  why,
});

describe('a round is judged by its rows and its answers', () => {
  it.each<
    [string, Terms, Asked[], { remaining: number; grants: ReturnType<typeof row>[] }, string]
  >([
    [
      'two grants of two',
      terms(2),
      [asked(1, granted(1)), asked(2, granted(2))],
      { remaining: 0, grants: [row(1, 1), row(2, 2)] },
      'right',
    ],
    [
      'one grant of one',
      terms(1),
      [asked(1, granted(1)), asked(2, refused('SOLD_OUT'))],
      { remaining: 0, grants: [row(1, 1)] },
      'right',
    ],
    [
      'two grants of one',
      terms(1),
      [asked(1, granted(1)), asked(2, granted(1))],
      { remaining: 0, grants: [row(1, 1), row(2, 1)] },
      'over-issued',
    ],
    [
      'two for a user who may have one',
      terms(2, 1),
      [asked(1, granted(1)), asked(2, granted(2), 1)],
      { remaining: 0, grants: [row(1, 1), row(2, 2, 1)] },
      'over-issued',
    ],
    [
      'a quantity that forgot a grant',
      terms(3),
      [asked(1, granted(1)), asked(2, granted(2))],
      { remaining: 2, grants: [row(1, 1), row(2, 2)] },
      'lost-update',
    ],
    [
      'a number given twice',
      terms(3),
      [asked(1, granted(1)), asked(2, granted(1))],
      { remaining: 1, grants: [row(1, 1), row(2, 1)] },
      'lost-update',
    ],
    [
      'a grant without a row',
      terms(2),
      [asked(1, granted(1))],
      { remaining: 2, grants: [] },
      'false-answer',
    ],
    [
      'a grant with another number',
      terms(2),
      [asked(1, granted(2))],
      { remaining: 1, grants: [row(1, 1)] },
      'false-answer',
    ],
    [
      'a row of a claim that was refused',
      terms(1),
      [asked(1, refused('SOLD_OUT'))],
      { remaining: 0, grants: [row(1, 1)] },
      'false-answer',
    ],
    [
      'a row of a claim that deadlocked',
      terms(1),
      [asked(1, none('deadlocked'))],
      { remaining: 0, grants: [row(1, 1)] },
      'false-answer',
    ],
    [
      'sold out when it was not',
      terms(2),
      [asked(1, granted(1)), asked(2, refused('SOLD_OUT'))],
      { remaining: 1, grants: [row(1, 1)] },
      'false-answer',
    ],
    [
      'a limit that was not reached',
      terms(2, 1),
      [asked(1, refused('LIMIT_REACHED'))],
      { remaining: 2, grants: [] },
      'false-answer',
    ],
    [
      'a limit that was',
      terms(2, 1),
      [asked(1, granted(1)), asked(2, refused('LIMIT_REACHED'), 1)],
      { remaining: 1, grants: [row(1, 1)] },
      'right',
    ],
    [
      "a row of another claim's user",
      terms(2),
      [asked(1, granted(1))],
      { remaining: 1, grants: [row(1, 1, 2)] },
      'false-answer',
    ],
    [
      'a row that no claim explains',
      terms(2),
      [asked(1, granted(1))],
      { remaining: 0, grants: [row(1, 1), row(2, 2)] },
      'false-answer',
    ],
    [
      'a number that no coupon has',
      terms(2),
      [asked(1, granted(3))],
      { remaining: 1, grants: [row(1, 3)] },
      'lost-update',
    ],
    [
      'a bug',
      terms(1),
      [asked(1, { kind: 'failed', message: 'x is not a function' })],
      { remaining: 1, grants: [] },
      'false-answer',
    ],
    [
      'a deadlock',
      terms(2),
      [asked(1, granted(1)), asked(2, none('deadlocked'))],
      { remaining: 1, grants: [row(1, 1)] },
      'deadlock',
    ],
    [
      'a claim that gave up',
      terms(2),
      [asked(1, granted(1)), asked(2, none('contended'))],
      { remaining: 1, grants: [row(1, 1)] },
      'no-verdict',
    ],
    [
      'nobody knows, and the row is there',
      terms(1),
      [asked(1, none('indeterminate'))],
      { remaining: 0, grants: [row(1, 1)] },
      'no-verdict',
    ],
  ])('%s', (_what, which, claims, rows, outcome) => {
    expect(outcomeOf(which, claims, rows)).toBe(outcome);
  });
});

describe('what a client is told', () => {
  const claim = { id: claimNumbered(1), terms: terms(1), user: userId(1) };
  const verdict = (taken: number) => judge({ taken, held: new Map(), readAtMs: 0 }, [claim])[0];

  it('is a verdict, no verdict with its reason, or a bug', async () => {
    const first = verdict(0);
    const late = verdict(1);
    if (first === undefined || late === undefined) throw new Error('the law answers every claim');
    expect(await toldBy(() => Promise.resolve(first))).toEqual({ kind: 'granted', ordinal: 1 });
    expect(await toldBy(() => Promise.resolve(late))).toEqual({
      kind: 'refused',
      refusal: 'SOLD_OUT',
    });
    expect(await toldBy(() => Promise.reject(new NoVerdict('contended', 'x')))).toEqual({
      kind: 'no-verdict',
      why: 'contended',
    });
    expect(await toldBy(() => Promise.reject(new Error('bug')))).toEqual({
      kind: 'failed',
      message: 'bug',
    });
  });
});
