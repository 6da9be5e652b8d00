import { describe, expect, it } from '@jest/globals';
import { couponId } from '@coupon/domain';
import { admin, serviceFixture } from './service-fixture.js';
import { createCoupon, logIn } from './api-client.js';

const fixture = serviceFixture();

describe('a coupon that has more left than there are, by a change past the service', () => {
  it.each([
    'no-lock',
    'mysql-for-update',
    'mysql-optimistic',
    'mysql-conditional-update',
    'mysql-skip-locked',
    'group-commit',
  ])('%s: is a named problem, and nothing is written', async (strategy) => {
    const { call } = await fixture().startService({ LOCK_STRATEGY: strategy });
    const token = await logIn(call, admin);
    const id = await createCoupon(call, token, 2);
    await fixture().fixtures.setRemaining(couponId(id), 5);
    const { status, body, text } = await call('POST', `/api/v1/coupons/${id}/issue`, { token });
    expect([status, body]).toEqual([
      409,
      expect.objectContaining({ reason: 'COUPON_INCONSISTENT', status: 'CONFLICT' }),
    ]);
    expect(text).not.toMatch(/stack|errno|\.ts|quantity/);
    expect(await fixture().records.progress(couponId(id))).toEqual({ remaining: 5, grants: 0 });
  });
});
