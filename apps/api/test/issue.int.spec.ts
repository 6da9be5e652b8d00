import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { couponId } from '@coupon/domain';
import { errorBodySchema } from '@coupon/http-contract';
import { serviceWithUsers } from './service-fixture.js';

const service = serviceWithUsers();

describe('the issue route', () => {
  it('a replay gets the first outcome, also when sold out; no other claim does', async () => {
    const { create, issue, adminToken, records } = service();
    const id = await create(1);
    const other = await create(1);
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
    expect(await records.progress(couponId(id))).toEqual({ remaining: 0, grants: 1 });
    expect(await records.progress(couponId(other))).toEqual({ remaining: 1, grants: 0 });
  });

  it('says no in the language that the client prefers', async () => {
    const { create, issue } = service();
    const id = await create(1, { opensAt: '2080-01-01T00:00:00Z' });
    const messageFor = async (language: string) =>
      errorBodySchema.parse((await issue(id, { 'accept-language': language })).body).message;
    expect(await messageFor('ko-KR,ko;q=0.9,en;q=0.8')).toBe('아직 쿠폰 발급 기간이 아닙니다.');
    for (const language of ['en;q=0.9, ko;q=0.1', 'fr', '*'])
      expect(await messageFor(language)).toBe('This coupon is not open yet.');
  });

  it('tells a paused coupon from a closed one', async () => {
    const { create, issue, fixtures } = service();
    const paused = await create(1);
    const closed = await create(1, { closesAt: '2021-01-01T00:00:00Z' });
    await fixtures.pauseCoupon(couponId(paused));
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
