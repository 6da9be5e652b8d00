import { describe, expect, it } from '@jest/globals';
import { claimId, couponId, userId, type Claim } from '@coupon/domain';
import { crossCheck } from './cross-check.js';

const user = userId(7);
const claim: Claim = {
  id: claimId('00000000-0000-4000-8000-000000000001'),
  terms: { couponId: couponId(1), totalQuantity: 10, perUserLimit: 2 },
  user,
};
const stock = (taken: number, held: number) => ({
  taken,
  held: new Map([[user, held]]),
  readAtMs: 5,
});

describe('confirm', () => {
  it("turns an engine's testimony into the verdict of the law", () => {
    expect(crossCheck(claim, stock(9, 1), true)).toMatchObject({
      kind: 'granted',
      claim,
      ordinal: 10,
      issuedAtMs: 5,
    });
    expect(crossCheck(claim, stock(10, 0), false)).toMatchObject({
      kind: 'refused',
      refusal: 'SOLD_OUT',
    });
    expect(crossCheck(claim, stock(3, 2), false)).toMatchObject({
      kind: 'refused',
      refusal: 'LIMIT_REACHED',
    });
  });

  it.each([
    ['issued one too many', stock(10, 0), true],
    ['issued above the limit', stock(3, 2), true],
    ['refused what there was', stock(9, 1), false],
  ])('an engine that %s is a bug, not an outcome', (_what, seen, took) => {
    expect(() => crossCheck(claim, seen, took)).toThrow(/engine and law disagree/);
    expect(() => crossCheck(claim, seen, took)).not.toThrow(
      expect.objectContaining({ name: 'NoVerdict' }),
    );
  });
});
