import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { couponId } from '@coupon/domain';
import {
  couponSchema,
  errorBodySchema,
  heldCouponSchema,
  issuedSchema,
  pageSchema,
  sessionSchema,
} from '@coupon/http-contract';
import { SignJWT, UnsecuredJWT } from 'jose';
import { admin, jwtSecret, openCoupon, openRoom, type Call, type Room } from './room.js';

let room: Room;
let url: string;
let call: Call;
let plainCall: Call;
let adminToken: string;
let userToken: string;

const login = async (email: string, password: string): Promise<string> =>
  sessionSchema.parse(
    (await call('POST', '/api/v1/auth/login', { json: { email, password } })).body,
  ).token;
const create = async (totalQuantity: number, own: Record<string, unknown> = {}): Promise<number> =>
  couponSchema.parse(
    (
      await call('POST', '/api/v1/coupons', {
        token: adminToken,
        json: openCoupon(totalQuantity, own),
      })
    ).body,
  ).id;
const issue = (id: number | string, headers: Record<string, string> = {}, token = userToken) =>
  call('POST', `/api/v1/coupons/${id}/issue`, { token, headers });

beforeAll(async () => {
  room = await openRoom();
  ({ url, call } = await room.serve());
  ({ call: plainCall } = await room.serve({ HTTP_PREPARED: 'false' }));
  adminToken = await login(admin.email, admin.password);
  userToken = sessionSchema.parse(
    (
      await call('POST', '/api/v1/auth/signup', {
        json: { email: 'kim@example.org', password: 'long enough' },
      })
    ).body,
  ).token;
});
afterAll(async () => {
  await room[Symbol.asyncDispose]();
});

describe('what goes right', () => {
  it("sign up, log in, create, look, issue, look at one's own", async () => {
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
      json: openCoupon(2, { perUserLimit: 1 }),
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

  it('a replay answers the first outcome, also after the last coupon is gone; the key for something else is refused', async () => {
    const [id, other] = [await create(1), await create(1)];
    const headers = { 'idempotency-key': randomUUID() };
    const first = await issue(id, headers);
    expect(first.body).toMatchObject({ claimId: headers['idempotency-key'], ordinal: 1 });
    const again = await issue(id, { 'idempotency-key': headers['idempotency-key'].toUpperCase() });
    expect([again.status, again.text]).toEqual([200, first.text]);
    expect((await issue(id, headers, adminToken)).body).toMatchObject({
      code: 422,
      reason: 'KEY_REUSED',
    });
    expect((await issue(other, headers)).body).toMatchObject({ code: 422, reason: 'KEY_REUSED' });
    expect(await room.records.progress(couponId(id))).toEqual({ remaining: 0, grants: 1 });
    expect(await room.records.progress(couponId(other))).toEqual({ remaining: 1, grants: 0 });
  });

  it('health, readiness, metrics', async () => {
    expect((await call('GET', '/healthz')).body).toEqual({ status: 'ok' });
    expect((await call('GET', '/readyz')).body).toEqual({
      status: 'ok',
      dependencies: { mysql: 'up' },
    });
    expect((await call('GET', '/metrics')).text).toContain(
      'coupon_issue_outcomes_total{outcome="ISSUED",strategy="mysql-for-update"}',
    );
  });

  it('says no in the language that the client prefers', async () => {
    const id = await create(1, { opensAt: '2080-01-01T00:00:00Z' });
    const messageFor = async (language: string) =>
      errorBodySchema.parse((await issue(id, { 'accept-language': language })).body).message;
    expect(await messageFor('ko-KR,ko;q=0.9,en;q=0.8')).toBe('아직 쿠폰 발급 기간이 아닙니다.');
    for (const language of ['en;q=0.9, ko;q=0.1', 'fr', '*'])
      expect(await messageFor(language)).toBe('This coupon is not open yet.');
  });

  it('tells a paused coupon from a closed one', async () => {
    const [paused, closed] = [
      await create(1),
      await create(1, { closesAt: '2021-01-01T00:00:00Z' }),
    ];
    await room.fixtures.pauseCoupon(couponId(paused));
    expect((await issue(paused)).body).toMatchObject({
      code: 409,
      reason: 'NOT_OPEN',
      message: 'This coupon is paused.',
    });
    expect((await issue(closed)).body).toMatchObject({
      code: 409,
      reason: 'NOT_OPEN',
      message: 'This coupon is closed already.',
    });
  });
});

describe('bad input gets its 4xx, and nothing is written', () => {
  const sign = (claims: Record<string, unknown>, secret = jwtSecret) =>
    new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(secret));
  const megabyte = 'x'.repeat(1_048_576);
  const inAnHour = Math.floor(Date.now() / 1_000) + 3_600;
  const coupon = (own: Record<string, unknown>) => () =>
    call('POST', '/api/v1/coupons', { token: adminToken, json: openCoupon(1, own) });
  const raw =
    (body: string, type = 'application/json') =>
    () =>
      call('POST', '/api/v1/coupons', {
        token: adminToken,
        body,
        headers: { 'content-type': type },
      });
  const withToken = (token: () => Promise<string> | string) => async () =>
    issue(1, {}, await token());

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
      () => issue(id),
    ]),
    ['look at id -1', 400, 'INVALID_REQUEST', () => call('GET', '/api/v1/coupons/-1')],
    ['issue of a coupon that is not there', 404, 'NOT_FOUND', () => issue(9_007_199_254_740_991)],
    ['an unknown address', 404, 'NOT_FOUND', () => call('GET', '/api/v2')],
    ['a wrong method', 405, 'METHOD_NOT_ALLOWED', () => call('GET', '/api/v1/coupons/1/issue')],
    ['another wrong method', 405, 'METHOD_NOT_ALLOWED', () => call('DELETE', '/api/v1/coupons/1')],
    [
      'an Idempotency-Key that is no UUID',
      400,
      'INVALID_REQUEST',
      () => issue(1, { 'idempotency-key': 'abc' }),
    ],
    ['malformed JSON', 400, 'INVALID_REQUEST', raw('{"name":')],
    ['a body that is a list', 400, 'INVALID_REQUEST', raw('[]')],
    ['a body that is a number', 400, 'INVALID_REQUEST', raw('1')],
    [
      'no body',
      400,
      'INVALID_REQUEST',
      () => call('POST', '/api/v1/coupons', { token: adminToken }),
    ],
    ['a 1 MB body', 413, 'TOO_LARGE', raw(JSON.stringify({ name: megabyte }))],
    [
      'a 1 MB body where none is needed',
      413,
      'TOO_LARGE',
      () => call('POST', '/api/v1/coupons/1/issue', { token: userToken, body: megabyte }),
    ],
    [
      'the same, its length undeclared',
      413,
      'TOO_LARGE',
      () =>
        call('POST', '/api/v1/coupons/1/issue', {
          token: userToken,
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
    ['a page of 101', 400, 'INVALID_REQUEST', () => call('GET', '/api/v1/coupons?limit=101')],
    ['a page after nothing', 400, 'INVALID_REQUEST', () => call('GET', '/api/v1/coupons?after=')],
    ['two limits', 400, 'INVALID_REQUEST', () => call('GET', '/api/v1/coupons?limit=1&limit=2')],
    [
      'creating as a user',
      403,
      'FORBIDDEN',
      () => call('POST', '/api/v1/coupons', { token: userToken, json: openCoupon(1) }),
    ],
    [
      'creating as nobody',
      401,
      'UNAUTHENTICATED',
      () => call('POST', '/api/v1/coupons', { json: openCoupon(1) }),
    ],
    [
      'issue without a token',
      401,
      'UNAUTHENTICATED',
      () => call('POST', '/api/v1/coupons/1/issue'),
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
        call('POST', '/api/v1/auth/signup', {
          json: { email: 'Kim@Example.org', password: 'long enough' },
        }),
    ],
    [
      'a wrong password',
      401,
      'UNAUTHENTICATED',
      () =>
        call('POST', '/api/v1/auth/login', {
          json: { email: 'kim@example.org', password: 'not the one' },
        }),
    ],
    [
      'an unknown email',
      401,
      'UNAUTHENTICATED',
      () =>
        call('POST', '/api/v1/auth/login', {
          json: { email: 'no@example.org', password: 'long enough' },
        }),
    ],
  ];

  it.each(cases)('%s: %i %s', async (_name, code, reason, send) => {
    const before = await room.records.totals();
    const seen = await send();
    const body = errorBodySchema.parse(seen.body);
    expect([seen.status, body.code, body.reason]).toEqual([code, code, reason]);
    expect(body.timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}$/);
    expect(seen.headers.get('x-request-id')).toBe(body.requestId);
    if (code === 400) expect(body.faults?.length).toBeGreaterThan(0);
    if (code === 401) expect(seen.headers.get('www-authenticate')).toBe('Bearer');
    if (code === 405) expect(seen.headers.get('allow')).toMatch(/^(POST|GET, HEAD)$/);
    expect(seen.text).not.toMatch(/\bat .*\.[jt]s:\d+/);
    expect(await room.records.totals()).toEqual(before);
  });

  it('names every fault of a body at once, and echoes no password', async () => {
    const { body, text } = await call('POST', '/api/v1/auth/signup', {
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

  it('answers 400 to what is not HTTP, and lives', async () => {
    const { hostname, port } = new URL(url);
    const answered = await new Promise<string>((resolve, reject) => {
      let text = '';
      const socket = connect(Number(port), hostname, () => socket.write('hello there\r\n\r\n'));
      socket
        .setEncoding('utf8')
        .on('data', (chunk) => (text += chunk))
        .on('close', () => resolve(text))
        .on('error', reject);
    });
    expect(answered).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n[^]*"reason":"INVALID_REQUEST"/);
    expect((await call('GET', '/healthz')).status).toBe(200);
  });

  it('every route answers byte for byte the same with and without the prepared classes', async () => {
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
      ['POST', '/api/v1/coupons', { token: userToken, json: openCoupon(1), headers }],
      ['GET', '/api/v1/me/coupons', { token: userToken, headers }],
      [
        'POST',
        '/api/v1/auth/login',
        { json: { email: 'kim@example.org', password: 'not the one' }, headers },
      ],
      [
        'POST',
        '/api/v1/auth/signup',
        { json: { email: 'kim@example.org', password: 'long enough' }, headers },
      ],
      ['GET', '/healthz', { headers }],
      ['GET', '/readyz', { headers }],
      ['GET', '/nowhere', { headers }],
      ['GET', '/api/v1/coupons/%ZZ', { headers }],
    ];
    for (const request of requests) {
      const [prepared, plain] = [await call(...request), await plainCall(...request)].map(
        ({ status, headers: sent, text }) => ({
          status,
          headers: [...sent].filter(([name]) => name !== 'date'),
          text: text.replace(/"timestamp":"[^"]*"/, ''),
        }),
      );
      expect(prepared).toEqual(plain);
    }
  });
});
