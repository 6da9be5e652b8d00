import { describe, expect, it } from '@jest/globals';
import { Coupon } from './coupon.js';
import { claimId, couponId, userId } from './ids.js';

const facts = {
  id: couponId(1),
  name: 'tea',
  totalQuantity: 10,
  perUserLimit: null,
  opensAtMs: 100,
  closesAtMs: 200,
  paused: false,
};

describe('admission', () => {
  it.each([
    [99, 'NOT_OPEN_YET'],
    [100, null],
    [199, null],
    [200, 'ALREADY_CLOSED'],
  ])('at %d ms answers %s', (nowMs, closed) => {
    expect(new Coupon(facts).closedAt(nowMs)).toBe(closed);
  });

  it('takes nothing while paused', () => {
    expect(new Coupon({ ...facts, paused: true }).closedAt(150)).toBe('PAUSED');
  });
});

describe('ids', () => {
  it.each([0, -1, 1.5, 2 ** 53, Number.NaN])('%d is no row id', (value) => {
    expect(() => couponId(value)).toThrow(RangeError);
    expect(() => userId(value)).toThrow(RangeError);
  });

  it('a claim id is a UUID, compared in lower case', () => {
    expect(claimId('0A8E1C9E-94B6-4C8A-9B0E-3D2F7B1C6A55')).toBe(
      '0a8e1c9e-94b6-4c8a-9b0e-3d2f7b1c6a55',
    );
    expect(() => claimId('0a8e1c9e')).toThrow(/must be a UUID/);
  });
});
