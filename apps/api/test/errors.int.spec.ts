import { describe, expect, it } from '@jest/globals';
import { errorBodySchema } from '@coupon/http-contract';
import { SignJWT, UnsecuredJWT } from 'jose';
import { newCouponBody, type Call } from './api-client.js';
import { jwtSecret, serviceWithUsers } from './service-fixture.js';

const service = serviceWithUsers();

describe('bad input gets its 4xx, and nothing is written', () => {
  const sign = (claims: Record<string, unknown>, secret = jwtSecret) =>
    new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(secret));
  const megabyte = 'x'.repeat(1_048_576);
  const inAnHour = Math.floor(Date.now() / 1_000) + 3_600;
  const coupon = (own: Record<string, unknown>) => () =>
    service().call('POST', '/api/v1/coupons', {
      token: service().adminToken,
      json: newCouponBody(1, own),
    });
  const raw =
    (body: string, type = 'application/json') =>
    () =>
      service().call('POST', '/api/v1/coupons', {
        token: service().adminToken,
        body,
        headers: { 'content-type': type },
      });
  const withToken = (token: () => Promise<string> | string) => async () =>
    service().issue(1, {}, await token());

  const cases: readonly [string, number, string, () => ReturnType<Call>][] = [
    ...[
      '1e3',
      '-1',
      '9999999999999999999999',
      '9007199254740992',
      encodeURIComponent('1 OR 1=1'),
      '0',
      '01',
      '1.0',
      'abc',
      '%00',
      '%ZZ',
    ].map((id): [string, number, string, () => ReturnType<Call>] => [
      `issue of id ${id}`,
      400,
      'INVALID_REQUEST',
      () => service().issue(id),
    ]),
    ['look at id -1', 400, 'INVALID_REQUEST', () => service().call('GET', '/api/v1/coupons/-1')],
    [
      'issue of a coupon that is not there',
      404,
      'NOT_FOUND',
      () => service().issue(9_007_199_254_740_991),
    ],
    ['an unknown address', 404, 'NOT_FOUND', () => service().call('GET', '/api/v2')],
    [
      'a wrong method',
      405,
      'METHOD_NOT_ALLOWED',
      () => service().call('GET', '/api/v1/coupons/1/issue'),
    ],
    [
      'another wrong method',
      405,
      'METHOD_NOT_ALLOWED',
      () => service().call('DELETE', '/api/v1/coupons/1'),
    ],
    [
      'an Idempotency-Key that is no UUID',
      400,
      'INVALID_REQUEST',
      () => service().issue(1, { 'idempotency-key': 'abc' }),
    ],
    ['malformed JSON', 400, 'INVALID_REQUEST', raw('{"name":')],
    ['a body that is a list', 400, 'INVALID_REQUEST', raw('[]')],
    ['a body that is a number', 400, 'INVALID_REQUEST', raw('1')],
    [
      'no body',
      400,
      'INVALID_REQUEST',
      () => service().call('POST', '/api/v1/coupons', { token: service().adminToken }),
    ],
    ['a 1 MB body', 413, 'TOO_LARGE', raw(JSON.stringify({ name: megabyte }))],
    [
      'a 1 MB body where none is needed',
      413,
      'TOO_LARGE',
      () =>
        service().call('POST', '/api/v1/coupons/1/issue', {
          token: service().userToken,
          body: megabyte,
        }),
    ],
    [
      'the same, its length undeclared',
      413,
      'TOO_LARGE',
      () =>
        service().call('POST', '/api/v1/coupons/1/issue', {
          token: service().userToken,
          body: new Blob([megabyte]).stream(),
        }),
    ],
    [
      'a wrong type',
      415,
      'UNSUPPORTED_MEDIA_TYPE',
      raw('name=tea', 'application/x-www-form-urlencoded'),
    ],
    [
      'a wrong charset',
      415,
      'UNSUPPORTED_MEDIA_TYPE',
      raw('{}', 'application/json; charset=iso-8859-1'),
    ],
    ['a quantity of -1', 400, 'INVALID_REQUEST', coupon({ totalQuantity: -1 })],
    ['a quantity of 1.5', 400, 'INVALID_REQUEST', coupon({ totalQuantity: 1.5 })],
    ['a quantity in a text', 400, 'INVALID_REQUEST', coupon({ totalQuantity: '1' })],
    ['a limit above the quantity', 400, 'INVALID_REQUEST', coupon({ perUserLimit: 2 })],
    [
      'a window the wrong way round',
      400,
      'INVALID_REQUEST',
      coupon({ closesAt: '2019-01-01T00:00:00Z' }),
    ],
    ['a time without offset', 400, 'INVALID_REQUEST', coupon({ opensAt: '2025-01-01T00:00:00' })],
    [
      'a time outside the calendar',
      400,
      'INVALID_REQUEST',
      coupon({ closesAt: '9999-12-31T23:59:59-23:00' }),
    ],
    ['an unknown field', 400, 'INVALID_REQUEST', coupon({ quantity: 5 })],
    [
      'a page of 101',
      400,
      'INVALID_REQUEST',
      () => service().call('GET', '/api/v1/coupons?limit=101'),
    ],
    [
      'a page after nothing',
      400,
      'INVALID_REQUEST',
      () => service().call('GET', '/api/v1/coupons?after='),
    ],
    [
      'two limits',
      400,
      'INVALID_REQUEST',
      () => service().call('GET', '/api/v1/coupons?limit=1&limit=2'),
    ],
    [
      'creating as a user',
      403,
      'FORBIDDEN',
      () =>
        service().call('POST', '/api/v1/coupons', {
          token: service().userToken,
          json: newCouponBody(1),
        }),
    ],
    [
      'creating as nobody',
      401,
      'UNAUTHENTICATED',
      () => service().call('POST', '/api/v1/coupons', { json: newCouponBody(1) }),
    ],
    [
      'issue without a token',
      401,
      'UNAUTHENTICATED',
      () => service().call('POST', '/api/v1/coupons/1/issue'),
    ],
    [
      'a token of alg none',
      401,
      'UNAUTHENTICATED',
      withToken(() => new UnsecuredJWT({ sub: '1', role: 'admin', exp: inAnHour }).encode()),
    ],
    [
      'an expired token',
      401,
      'UNAUTHENTICATED',
      withToken(() => sign({ sub: '1', role: 'admin', exp: 1_000 })),
    ],
    [
      'a token of another secret',
      401,
      'UNAUTHENTICATED',
      withToken(() => sign({ sub: '1', role: 'admin', exp: inAnHour }, 'x'.repeat(40))),
    ],
    [
      'an email that is taken',
      409,
      'EMAIL_TAKEN',
      () =>
        service().call('POST', '/api/v1/auth/signup', {
          json: { email: 'Kim@Example.org', password: 'long enough' },
        }),
    ],
    [
      'a wrong password',
      401,
      'UNAUTHENTICATED',
      () =>
        service().call('POST', '/api/v1/auth/login', {
          json: { email: 'kim@example.org', password: 'not the one' },
        }),
    ],
    [
      'an unknown email',
      401,
      'UNAUTHENTICATED',
      () =>
        service().call('POST', '/api/v1/auth/login', {
          json: { email: 'no@example.org', password: 'long enough' },
        }),
    ],
  ];

  it.each(cases)('%s: %i %s', async (_name, code, reason, send) => {
    const { records } = service();
    const before = await records.totals();
    const seen = await send();
    const body = errorBodySchema.parse(seen.body);
    expect([seen.status, body.code, body.reason]).toEqual([code, code, reason]);
    expect(body.timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(seen.headers.get('x-request-id')).toBe(body.requestId);
    if (code === 400) expect(body.faults?.length).toBeGreaterThan(0);
    if (code === 401) expect(seen.headers.get('www-authenticate')).toMatch(/^Bearer\b/);
    if (code === 405) expect(seen.headers.get('allow')).toMatch(/^(POST|GET, HEAD)$/);
    expect(seen.text).not.toMatch(/\bat .*\.[jt]s:\d+/);
    expect(await records.totals()).toEqual(before);
  });

  it('names every fault of a body at once, and echoes no password', async () => {
    const { body, text } = await service().call('POST', '/api/v1/auth/signup', {
      json: { email: 'no', password: 'secret!', passwrod: 'secret!' },
    });
    expect(
      errorBodySchema
        .parse(body)
        .faults?.map((fault) => fault.field)
        .sort(),
    ).toEqual(['email', 'password', 'passwrod']);
    expect(text).not.toContain('secret!');
    const wrong = await coupon({
      name: '',
      totalQuantity: -1,
      perUserLimit: 0,
      opensAt: 'x',
      closesAt: 5,
    })();
    expect(
      errorBodySchema
        .parse(wrong.body)
        .faults?.map((fault) => fault.field)
        .sort(),
    ).toEqual(['closesAt', 'name', 'opensAt', 'perUserLimit', 'totalQuantity']);
    expect(errorBodySchema.parse(wrong.body).faults).toContainEqual({
      field: 'totalQuantity',
      value: -1,
      allowed: 'a whole number from 1 to 10000000',
    });
  });

  it('names no more than 20 faults of a body', async () => {
    const unknown = Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`x${n}`, 1]));
    const { body } = await service().call('POST', '/api/v1/auth/signup', { json: unknown });
    expect(errorBodySchema.parse(body).faults).toHaveLength(20);
  });

  it.each([
    ['no token', {}, 'Bearer', 'A token is needed'],
    ['an invalid one', { token: 'a.b.c' }, 'Bearer error="invalid_token"', 'is not valid'],
  ])('says what is wrong with %s', async (_name, options, challenge, message) => {
    const { headers, body } = await service().call('GET', '/api/v1/me/coupons', options);
    expect(headers.get('www-authenticate')).toBe(challenge);
    expect(errorBodySchema.parse(body).message).toContain(message);
  });

  it('says that a token has expired, and which way is out', async () => {
    const token = await sign({ sub: '1', role: 'user', exp: 1_000 });
    const { headers, body } = await service().call('GET', '/api/v1/me/coupons', { token });
    expect(headers.get('www-authenticate')).toContain('error_description="The token has expired"');
    expect(errorBodySchema.parse(body).message).toContain('log in again');
  });
});
