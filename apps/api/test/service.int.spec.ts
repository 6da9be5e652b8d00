import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  couponSchema,
  heldCouponSchema,
  issuedSchema,
  pageSchema,
  sessionSchema,
} from '@coupon/http-contract';
import { createCoupon, newCouponBody } from './api-client.js';
import {
  openServiceFixture,
  startServiceWithUsers,
  type ServiceFixture,
  type ServiceWithUsers,
} from './service-fixture.js';

let fixture: ServiceFixture;
let service: ServiceWithUsers;

beforeAll(async () => {
  fixture = await openServiceFixture();
  service = await startServiceWithUsers(fixture);
});
afterAll(async () => {
  await fixture[Symbol.asyncDispose]();
});

const create = (totalQuantity: number, fields: Record<string, unknown> = {}) =>
  createCoupon(service.call, service.adminToken, totalQuantity, fields);
const issue = (
  id: number | string,
  headers: Record<string, string> = {},
  token = service.userToken,
) => service.call('POST', `/api/v1/coupons/${id}/issue`, { token, headers });

describe('the service', () => {
  it("sign up, log in, create, look, issue, look at one's own", async () => {
    const signup = await service.call('POST', '/api/v1/auth/signup', {
      json: { email: 'lee@example.org', password: 'long enough' },
    });
    expect(signup.status).toBe(201);
    const session = await service.call('POST', '/api/v1/auth/login', {
      json: { email: 'LEE@example.org', password: 'long enough' },
    });
    expect(session.status).toBe(200);
    const { token, user } = sessionSchema.parse(session.body);
    expect(user).toMatchObject({ email: 'lee@example.org', role: 'user' });

    const made = await service.call('POST', '/api/v1/coupons', {
      token: service.adminToken,
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
    expect((await issue(coupon.id, {}, service.adminToken)).body).toMatchObject({
      reason: 'SOLD_OUT',
      code: 409,
    });

    expect((await service.call('GET', `/api/v1/coupons/${coupon.id}`)).body).toEqual({
      ...coupon,
      quantity: 0,
    });
    const mine = pageSchema(heldCouponSchema).parse(
      (await service.call('GET', '/api/v1/me/coupons', { token })).body,
    );
    expect(mine).toMatchObject({ items: [{ couponId: coupon.id, ordinal: 1 }], next: null });
  });

  it('pages by key to the end', async () => {
    const ids = [await create(1), await create(1), await create(1)];
    const first = pageSchema(couponSchema).parse(
      (await service.call('GET', `/api/v1/coupons?limit=2&after=${(ids[0] ?? 0) - 1}`)).body,
    );
    expect(first.items.map((coupon) => coupon.id)).toEqual(ids.slice(0, 2));
    const rest = pageSchema(couponSchema).parse(
      (await service.call('GET', `/api/v1/coupons?limit=2&after=${first.next}`)).body,
    );
    expect([rest.items.map((coupon) => coupon.id), rest.next]).toEqual([ids.slice(2), null]);
  });

  it('health, readiness, metrics', async () => {
    expect((await service.call('GET', '/healthz')).body).toEqual({ status: 'ok' });
    expect((await service.call('GET', '/readyz')).body).toEqual({
      status: 'ok',
      dependencies: { mysql: 'up' },
    });
    expect((await service.call('GET', '/metrics')).text).toContain(
      'coupon_issue_outcomes_total{outcome="ISSUED",strategy="mysql-for-update"}',
    );
  });
});
