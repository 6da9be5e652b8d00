import { describe, expect, it } from '@jest/globals';
import {
  couponSchema,
  heldCouponSchema,
  issuedSchema,
  pageSchema,
  sessionSchema,
} from '@coupon/http-contract';
import { newCouponBody } from './api-client.js';
import { serviceWithUsers } from './service-fixture.js';

const service = serviceWithUsers();

describe('the service', () => {
  it("sign up, log in, create, look, issue, look at one's own", async () => {
    const { call, issue, adminToken } = service();
    const signup = await call('POST', '/api/v1/auth/signup', {
      json: { email: 'lee@example.org', password: 'long enough' },
    });
    expect(signup.status).toBe(201);
    const session = await call('POST', '/api/v1/auth/login', {
      json: { email: 'LEE@example.org', password: 'long enough' },
    });
    expect(session.status).toBe(200);
    const { token, user } = sessionSchema.parse(session.body);
    expect(user).toMatchObject({ email: 'lee@example.org', role: 'user' });

    const made = await call('POST', '/api/v1/coupons', {
      token: adminToken,
      json: newCouponBody(2, { perUserLimit: 1 }),
    });
    expect(made.status).toBe(201);
    const coupon = couponSchema.parse(made.body);
    expect(coupon).toMatchObject({
      totalQuantity: 2,
      quantity: 2,
      perUserLimit: 1,
      opensAt: '2019-12-31T15:00:00.000Z',
      paused: false,
    });
    expect(made.headers.get('location')).toBe(`/api/v1/coupons/${coupon.id}`);

    const issued = await issue(coupon.id, {}, token);
    expect(issued.status).toBe(200);
    expect(issuedSchema.parse(issued.body)).toMatchObject({ couponId: coupon.id, ordinal: 1 });
    expect((await issue(coupon.id, {}, token)).body).toMatchObject({
      reason: 'LIMIT_REACHED',
      code: 409,
    });
    expect((await issue(coupon.id)).body).toMatchObject({ ordinal: 2 });
    expect((await issue(coupon.id, {}, adminToken)).body).toMatchObject({
      reason: 'SOLD_OUT',
      code: 409,
    });

    expect((await call('GET', `/api/v1/coupons/${coupon.id}`)).body).toEqual({
      ...coupon,
      quantity: 0,
    });
    const mine = pageSchema(heldCouponSchema).parse(
      (await call('GET', '/api/v1/me/coupons', { token })).body,
    );
    expect(mine).toMatchObject({ items: [{ couponId: coupon.id, ordinal: 1 }], next: null });
  });

  it('pages by key to the end', async () => {
    const { create, call } = service();
    const ids = [await create(1), await create(1), await create(1)];
    const first = pageSchema(couponSchema).parse(
      (await call('GET', `/api/v1/coupons?limit=2&after=${(ids[0] ?? 0) - 1}`)).body,
    );
    expect(first.items.map((coupon) => coupon.id)).toEqual(ids.slice(0, 2));
    const rest = pageSchema(couponSchema).parse(
      (await call('GET', `/api/v1/coupons?limit=2&after=${first.next}`)).body,
    );
    expect([rest.items.map((coupon) => coupon.id), rest.next]).toEqual([ids.slice(2), null]);
  });

  it('health, readiness, metrics', async () => {
    const { call } = service();
    expect((await call('GET', '/healthz')).body).toEqual({ status: 'ok' });
    expect((await call('GET', '/readyz')).body).toEqual({
      status: 'ok',
      dependencies: { mysql: 'up' },
    });
    expect((await call('GET', '/metrics')).text).toContain(
      'coupon_issue_outcomes_total{outcome="ISSUED",strategy="mysql-for-update"}',
    );
  });
});
