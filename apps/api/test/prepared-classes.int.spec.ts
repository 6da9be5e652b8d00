import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createCoupon, newCouponBody, type ApiResponse, type Call } from './api-client.js';
import {
  kim,
  openServiceFixture,
  startServiceWithUsers,
  type ServiceFixture,
  type ServiceWithUsers,
} from './service-fixture.js';

let fixture: ServiceFixture;
let service: ServiceWithUsers;
let plainCall: Call;

beforeAll(async () => {
  fixture = await openServiceFixture();
  service = await startServiceWithUsers(fixture);
  ({ call: plainCall } = await fixture.startService({ HTTP_PREPARED: 'false' }));
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

/** All of a response but the time at which it was sent. */
const comparable = ({ status, headers, text }: ApiResponse) => ({
  status,
  headers: [...headers].filter(([name]) => name !== 'date'),
  text: text.replace(/"timestamp":"[^"]*"/, ''),
});

describe('the prepared message classes', () => {
  it('every route answers byte for byte the same with and without the prepared classes', async () => {
    const id = await create(1_000);
    const headers = { 'idempotency-key': randomUUID(), 'x-request-id': 'same' };
    await issue(id, headers);
    const requests: readonly Parameters<Call>[] = [
      ['POST', `/api/v1/coupons/${id}/issue`, { token: service.userToken, headers }],
      [
        'POST',
        `/api/v1/coupons/${id}/issue`,
        { token: service.userToken, headers: { ...headers, 'idempotency-key': 'no' } },
      ],
      ['POST', `/api/v1/coupons/${id}/issue`, { headers }],
      ['GET', `/api/v1/coupons/${id}/issue`, { headers }],
      ['GET', `/api/v1/coupons/${id}`, { headers }],
      ['HEAD', `/api/v1/coupons/${id}`, { headers }],
      ['GET', '/api/v1/coupons?limit=2', { headers }],
      ['GET', '/api/v1/coupons?limit=x', { headers: { ...headers, 'accept-language': 'ko' } }],
      ['POST', '/api/v1/coupons', { token: service.adminToken, json: {}, headers }],
      ['POST', '/api/v1/coupons', { token: service.userToken, json: newCouponBody(1), headers }],
      ['GET', '/api/v1/me/coupons', { token: service.userToken, headers }],
      [
        'POST',
        '/api/v1/auth/login',
        { json: { email: 'kim@example.org', password: 'not the one' }, headers },
      ],
      ['POST', '/api/v1/auth/signup', { json: kim, headers }],
      ['GET', '/healthz', { headers }],
      ['GET', '/readyz', { headers }],
      ['GET', '/nowhere', { headers }],
      ['GET', '/api/v1/coupons/%ZZ', { headers }],
    ];
    for (const request of requests) {
      const prepared = comparable(await service.call(...request));
      expect(prepared).toEqual(comparable(await plainCall(...request)));
    }
  });
});
