import { describe, expect, it } from '@jest/globals';
import { answered, granted, historyOf, limited, row, soldOut } from '../test/histories.js';
import { check } from './check.js';
import type { RunHistory } from './run-history.js';

const kinds = (one: RunHistory, issuesInOrder = true) =>
  check(one, { issuesInOrder }).violations.map(({ kind }) => kind);

describe('times that touch are no order', () => {
  it.each([
    [
      'sold out may be told in the very millisecond in which the last claim begins',
      historyOf(1, [granted('a', [5, 9], 1), soldOut('b', [0, 5])], [row('a', 1)]),
      [],
    ],
    [
      'but not in the one before',
      historyOf(1, [granted('a', [5, 9], 1), soldOut('b', [0, 4])], [row('a', 1)]),
      ['sold-out-too-early'],
    ],
    [
      'numbers may change places where one answer and the next claim share a millisecond',
      historyOf(2, [granted('a', [0, 5], 2), granted('b', [5, 9], 1)], [row('b', 1), row('a', 2)]),
      [],
    ],
    [
      'but not a millisecond later',
      historyOf(2, [granted('a', [0, 5], 2), granted('b', [6, 9], 1)], [row('b', 1), row('a', 2)]),
      ['out-of-order'],
    ],
    [
      'a replay may be refused in the millisecond in which the grant is told',
      historyOf(
        2,
        [granted('a', [0, 5], 1), granted('b', [0, 1], 2), soldOut('a', [5, 9])],
        [row('a', 1), row('b', 2)],
      ),
      ['sold-out-too-early'],
    ],
    [
      'but not after it',
      historyOf(
        2,
        [granted('a', [0, 5], 1), granted('b', [0, 1], 2), soldOut('a', [6, 9])],
        [row('a', 1), row('b', 2)],
      ),
      ['replay-differs', 'sold-out-too-early'],
    ],
    [
      'a row may be dated at either end of its claim',
      historyOf(
        2,
        [granted('a', [3, 5], 1), granted('b', [3, 5], 2)],
        [row('a', 1, { issuedAtMs: 3 }), row('b', 2, { issuedAtMs: 5 })],
      ),
      [],
    ],
    [
      'but not beyond',
      historyOf(1, [granted('a', [3, 5], 1)], [row('a', 1, { issuedAtMs: 6 })]),
      ['issued-outside-claim'],
    ],
  ])('%s', (_what, one, found) => {
    expect(kinds(one)).toEqual(found);
  });
});

describe('a claim is no reason against itself', () => {
  it('sold out is not true because of the coupon that the same claim got', () => {
    expect(
      kinds(historyOf(1, [granted('a', [0, 9], 1), soldOut('a', [0, 9])], [row('a', 1)])),
    ).toEqual(['sold-out-too-early']);
    expect(
      kinds(historyOf(1, [granted('a', [0, 9], 1), soldOut('b', [0, 9])], [row('a', 1)])),
    ).toEqual([]);
  });

  it('nor is the limit', () => {
    expect(
      kinds(
        historyOf(
          2,
          [granted('a', [0, 9], 1, 7), limited('a', [0, 9], 7)],
          [row('a', 1, { userId: 7 })],
          { perUserLimit: 1 },
        ),
      ),
    ).toEqual(['limit-too-early']);
    expect(
      kinds(
        historyOf(
          2,
          [granted('a', [0, 9], 1, 7), limited('b', [0, 9], 7)],
          [row('a', 1, { userId: 7 })],
          { perUserLimit: 1 },
        ),
      ),
    ).toEqual([]);
    expect(
      kinds(
        historyOf(
          2,
          [granted('a', [0, 9], 1, 7), limited('b', [0, 9], 7)],
          [row('a', 1, { userId: 7 })],
        ),
      ),
    ).toEqual(['limit-too-early']);
  });

  it('a row although every attempt was refused is one violation, not two', () => {
    expect(kinds(historyOf(1, [soldOut('a', [0, 9])], [row('a', 1)]))).toEqual([
      'refused-but-recorded',
    ]);
  });
});

describe('answers that leave the outcome open', () => {
  it.each([0, 500, 502, 504])('%d leaves the outcome open: with a row and without', (status) => {
    const { violations, unknown } = check(
      historyOf(2, [answered('a', [0, 1], status), answered('b', [0, 1], status)], [row('a', 1)]),
      { issuesInOrder: true },
    );
    expect({ violations, unknown }).toEqual({ violations: [], unknown: { claims: 2, granted: 1 } });
  });

  it.each([503, 409, 400])('%d says that nothing was issued', (status) => {
    expect(kinds(historyOf(2, [answered('a', [0, 1], status)], [row('a', 1)]))).toEqual([
      'refused-but-recorded',
    ]);
  });

  it('a lost answer is known once another attempt at the claim is answered', () => {
    expect(
      check(historyOf(2, [answered('a', [0, 1], 0), granted('a', [2, 3], 1)], [row('a', 1)]), {
        issuesInOrder: true,
      }),
    ).toMatchObject({ violations: [], unknown: { claims: 0, granted: 0 } });
  });

  it('a refused first attempt and a row by the next agree, and count from the next', () => {
    const again = [soldOut('b', [0, 1]), granted('a', [0, 1], 1), granted('b', [8, 9], 2)];
    const raised = {
      stockChanges: [{ by: 1, startMs: 5, endMs: 6 }],
      before: { total: 1, remaining: 1, rows: [] },
    };
    expect(kinds(historyOf(2, again, [row('a', 1), row('b', 2)], raised))).toEqual([]);
    expect(
      kinds(historyOf(2, [...again, soldOut('c', [7, 7])], [row('a', 1), row('b', 2)], raised)),
    ).toEqual(['sold-out-too-early']);
  });
});

describe('a grant that has no row', () => {
  it('was one to its client, so that sold out was true to the next', () => {
    expect(kinds(historyOf(1, [granted('a', [0, 1], 1), soldOut('b', [2, 3])], []))).toEqual([
      'granted-without-row',
    ]);
  });
});

describe('rows from before the run', () => {
  const before = { total: 2, remaining: 1, rows: [row('z', 1)] };

  it('violate nothing, and take none of the stock', () => {
    expect(
      kinds(
        historyOf(2, [granted('a', [0, 1], 2), soldOut('b', [2, 3])], [row('z', 1), row('a', 2)], {
          before,
        }),
      ),
    ).toEqual([]);
    expect(
      kinds(
        historyOf(2, [granted('z', [0, 1], 1), answered('z', [2, 3], 503)], [row('z', 1)], {
          before,
        }),
      ),
    ).toEqual([]);
    expect(kinds(historyOf(2, [answered('z', [2, 3], 503)], [row('z', 1)], { before }))).toEqual(
      [],
    );
    expect(kinds(historyOf(2, [soldOut('b', [2, 3])], [row('z', 1)], { before }))).toEqual([
      'under-issued',
      'sold-out-too-early',
    ]);
  });

  it('a total that is raised or lowered while clients claim is no damage', () => {
    expect(
      kinds(historyOf(5, [granted('a', [0, 1], 2)], [row('z', 1), row('a', 2)], { before })),
    ).toEqual([]);
    expect(
      kinds(
        historyOf(1, [granted('a', [0, 1], 2)], [row('z', 1), row('a', 2)], {
          before,
          after: { total: 1, remaining: -1 },
        }),
      ),
    ).toEqual([]);
    expect(
      kinds(
        historyOf(5, [granted('a', [0, 1], 2), soldOut('b', [2, 3])], [row('z', 1), row('a', 2)], {
          before,
        }),
      ),
    ).toEqual([]);
  });
});

describe('what is unknown violates nothing', () => {
  const gap = [row('a', 1), row('b', 3)];
  const both = [granted('a', [0, 1], 1), granted('b', [2, 3], 3)];

  it('a number left out, where none is promised and some are left', () => {
    expect(kinds(historyOf(4, both, gap), false)).toEqual([]);
    expect(kinds(historyOf(4, both, gap), true)).toEqual(['missing-ordinals']);
    expect(
      kinds(historyOf(3, [...both, granted('c', [2, 3], 3)], [...gap, row('c', 3)]), false),
    ).toEqual(['duplicate-ordinals', 'missing-ordinals']);
  });

  it('rows without a history, stock left while claims are under way, incomparable clocks', () => {
    expect(kinds(historyOf(4, [], [row('a', 1)], { attempts: null }))).toEqual([]);
    expect(kinds(historyOf(1, [soldOut('a', [0, 1])], [], { quiet: false }))).toEqual([
      'sold-out-too-early',
    ]);
    expect(
      kinds(
        historyOf(1, [granted('a', [0, 1], 1)], [row('a', 1, { issuedAtMs: 1e9 })], {
          clockSkewMaxMs: null,
        }),
      ),
    ).toEqual([]);
  });

  it('another user in an attempt that was told no', () => {
    expect(
      kinds(
        historyOf(
          2,
          [granted('a', [0, 1], 1, 7), answered('a', [0, 1], 401, { userId: 8 })],
          [row('a', 1, { userId: 7 })],
        ),
      ),
    ).toEqual([]);
  });
});

describe('coupons that came back', () => {
  const returned = { stockChanges: [{ by: 0, givenBack: 1, startMs: 5, endMs: 6 }] };
  const first = [granted('a', [0, 1], 1), granted('b', [2, 3], 2), soldOut('c', [3, 4])];

  it('have numbers above the total, and violate nothing', () => {
    const again = [...first, granted('d', [7, 8], 3)];
    const rows = [row('b', 2), row('d', 3)];
    expect(kinds(historyOf(2, again, rows, returned))).toEqual([]);
    expect(kinds(historyOf(2, again, rows, { ...returned, attempts: null }))).toEqual([]);
    expect(kinds(historyOf(2, again, rows))).toEqual([
      'granted-without-row',
      'missing-ordinals',
      'ordinal-out-of-range',
    ]);
  });

  it.each([
    ['a number above that', [...first, granted('d', [7, 8], 4)], [row('b', 2), row('d', 4)]],
    ['no whole number', [...first, granted('d', [7, 8], 2.5)], [row('b', 2), row('d', 2.5)]],
    [
      'a number above the total from before one came back',
      [granted('a', [0, 1], 1), granted('b', [2, 3], 2), granted('d', [2, 4], 3)],
      [row('b', 2), row('d', 3)],
    ],
  ])('excuse not %s', (_what, attempts, rows) => {
    expect(kinds(historyOf(2, attempts, rows, returned))).toEqual(['ordinal-out-of-range']);
  });

  it('excuse no more grants without a row, and no more numbers left out, than there were', () => {
    const { violations } = check(
      historyOf(3, [...first, granted('d', [7, 8], 3)], [row('d', 3)], returned),
      { issuesInOrder: true },
    );
    expect(violations.map(({ kind, count }) => [kind, count])).toEqual([
      ['granted-without-row', 1],
      ['missing-ordinals', 1],
      ['sold-out-too-early', 1],
    ]);
  });

  it('excuse no grant that was made after they came back', () => {
    const late = [...first.slice(1), granted('a', [7, 8], 1)];
    expect(kinds(historyOf(2, late, [row('b', 2)], returned), false)).toContain(
      'granted-without-row',
    );
  });
});
