import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { newCouponBody, type ApiResponse, type Call } from './api-client.js';
import { kim, serviceWithUsers } from './service-fixture.js';

const service = serviceWithUsers();

/** All of a response but the time at which it was sent. */
const comparable = ({ status, headers, text }: ApiResponse) => ({
  status,
  headers: [...headers].filter(([name]) => name !== 'date'),
  text: text.replace(/"timestamp":"[^"]*"/, ''),
});

describe('the prepared message classes', () => {
  it('every route answers byte for byte the same with and without them', async () => {
    const { create, issue, call, startService, adminToken, userToken } = service();
    const { call: plainCall } = await startService({ HTTP_PREPARED: 'false' });
    const id = await create(1_000);
    const headers = { 'idempotency-key': randomUUID(), 'x-request-id': 'same' };
    await issue(id, headers);
    const requests: readonly Parameters<Call>[] = [
      ['POST', `/api/v1/coupons/${id}/issue`, { token: userToken, headers }],
      [
        'POST',
        `/api/v1/coupons/${id}/issue`,
        { token: userToken, headers: { ...headers, 'idempotency-key': 'no' } },
      ],
      ['POST', `/api/v1/coupons/${id}/issue`, { headers }],
      ['GET', `/api/v1/coupons/${id}/issue`, { headers }],
      ['GET', `/api/v1/coupons/${id}`, { headers }],
      ['HEAD', `/api/v1/coupons/${id}`, { headers }],
      ['GET', '/api/v1/coupons?limit=2', { headers }],
      ['GET', '/api/v1/coupons?limit=x', { headers: { ...headers, 'accept-language': 'ko' } }],
      ['POST', '/api/v1/coupons', { token: adminToken, json: {}, headers }],
      ['POST', '/api/v1/coupons', { token: userToken, json: newCouponBody(1), headers }],
      ['GET', '/api/v1/me/coupons', { token: userToken, headers }],
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
      const prepared = comparable(await call(...request));
      expect(prepared).toEqual(comparable(await plainCall(...request)));
    }
  });
});
