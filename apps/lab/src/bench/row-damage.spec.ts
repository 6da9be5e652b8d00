import { describe, expect, it } from '@jest/globals';
import type { CouponRecords } from '@coupon/application';
import { claimId, couponId, userId } from '@coupon/domain';
import { rowDamage } from './row-damage.js';

/** Records of coupon 1: what remains, and its grants' numbers. */
const records = (remaining: number, ordinals: readonly number[]): CouponRecords => ({
  read: () =>
    Promise.resolve({
      totalQuantity: 5,
      perUserLimit: null,
      remaining,
      version: 0,
      grants: ordinals.map((ordinal, n) => ({
        id: n + 1,
        claimId: claimId(`00000000-0000-4000-8000-${String(n).padStart(12, '0')}`),
        couponId: couponId(1),
        user: userId(n + 1),
        ordinal,
        issuedAtMs: 0,
      })),
    }),
  progress: () => Promise.resolve(null),
  latestGrantId: () => Promise.resolve(0),
  totals: () => Promise.resolve({ users: 0, coupons: 0, grants: 0 }),
});

describe('the damage in the rows of a benchmark', () => {
  it.each([
    ['nothing, though some answers were not waited for', 2, [1, 2, 3], 2, []],
    ['a lost update', 4, [1, 2], 2, ['coupon 1: quantity is 4 where 3 is expected (1)']],
    [
      'a number given twice',
      3,
      [1, 1],
      2,
      ['coupon 1: coupon numbers given out more than once (1)'],
    ],
    ['a number left out', 3, [1, 3], 2, ['coupon 1: coupon numbers left out (1)']],
    ['a 200 without a row', 3, [1, 2], 3, ['3 answers of 200, but 2 rows']],
  ])('%s', async (_what, remaining, ordinals, granted, damage) => {
    expect(await rowDamage(records(remaining, ordinals), [1], granted, 5)).toEqual(damage);
  });
});
