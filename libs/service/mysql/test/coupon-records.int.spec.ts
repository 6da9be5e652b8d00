import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { claimId, couponId } from '@coupon/domain';
import { MysqlCouponRecords, MysqlFixtureStore, MysqlGrants } from '../src/index.js';
import { openMysqlFixture, type MysqlFixture } from './mysql-fixture.js';

let fixture: MysqlFixture;
let records: MysqlCouponRecords;
let fixtures: MysqlFixtureStore;
beforeAll(async () => {
  fixture = await openMysqlFixture('records');
  records = new MysqlCouponRecords(fixture.mysql);
  fixtures = new MysqlFixtureStore(fixture.mysql);
}, 60_000);
afterAll(async () => fixture[Symbol.asyncDispose]());

describe('the records of coupons', () => {
  it('have the coupon as its row says, and its grants, however little they agree', async () => {
    const terms = await fixtures.createCoupon(10, { perUserLimit: 2 });
    const [user] = await fixtures.createUsers(1);
    if (user === undefined) throw new Error('one was created');
    const { couponId: coupon } = terms;
    const grant = { couponId: coupon, user, ordinal: 1, issuedAtMs: 1_700_000_000_123 };
    const ids = [claimId(randomUUID()), claimId(randomUUID())];
    for (const id of ids) await fixtures.recordGrant({ ...grant, claimId: id });
    await fixtures.setRemaining(coupon, 9);
    expect(await records.read(coupon)).toMatchObject({
      totalQuantity: 10,
      perUserLimit: 2,
      remaining: 9,
      version: 0,
      grants: ids.map((id) => ({ ...grant, claimId: id })),
    });
    expect(await records.progress(coupon)).toEqual({ remaining: 9, grants: 2 });
  });

  it('have none of a coupon that does not exist', async () => {
    expect(await records.read(couponId(9_999_999))).toBeNull();
    expect(await records.progress(couponId(9_999_999))).toBeNull();
  });

  it('are unavailable without a database', async () => {
    const nowhere = new MysqlCouponRecords(fixture.open({ MYSQL_CONNECT_MS: '200' }, 1));
    await expect(nowhere.read(couponId(1))).rejects.toMatchObject({ kind: 'unavailable' });
    await expect(nowhere.progress(couponId(1))).rejects.toMatchObject({ kind: 'unavailable' });
  });
});

describe('fixtures', () => {
  it('fill a coupon with grants in the database itself, with rising claim ids', async () => {
    const { couponId: coupon } = await fixtures.createCoupon(2_500);
    const before = await records.totals();
    await fixtures.fillGrants(coupon, 2_500);
    const { grants = [], remaining } = (await records.read(coupon)) ?? {};
    expect(remaining).toBe(0);
    expect(grants.map(({ ordinal }) => ordinal)).toEqual(Array.from(grants, (_, n) => n + 1));
    const ids = grants.map((grant) => grant.claimId);
    expect([...ids].sort()).toEqual(ids);
    expect(await new MysqlGrants(fixture.mysql).find(ids[7] ?? claimId(randomUUID()))).toEqual(
      grants[7],
    );
    expect(await records.totals()).toEqual({
      users: before.users + 1,
      coupons: before.coupons,
      grants: before.grants + 2_500,
    });
    expect(await records.latestGrantId()).toBe(grants.at(-1)?.id);
  });

  it('hold a coupon until they let go', async () => {
    const { couponId: coupon } = await fixtures.createCoupon(1);
    const release = await fixtures.holdCoupon(coupon);
    let isLocked = false;
    await using rival = await fixtures.beginRival();
    const locking = rival.lockCoupon(coupon).then(() => (isLocked = true));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(isLocked).toBe(false);
    await release();
    expect(await locking).toBe(true);
  });
});
