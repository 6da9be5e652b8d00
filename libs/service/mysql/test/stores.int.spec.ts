import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RequestDeadline } from '@coupon/application';
import { claimId, couponId, userId, type UserId } from '@coupon/domain';
import { issueWithin } from '@coupon/concurrency';
import { migrate, MysqlCatalog, MysqlGrants, mysqlStockStore, MysqlUsers } from '../src/index.js';
import { clock, openMysqlFixture, type MysqlFixture } from './mysql-fixture.js';

let fixture: MysqlFixture;
let user: UserId;
beforeAll(async () => {
  fixture = await openMysqlFixture('stores');
  const added = await new MysqlUsers(fixture.mysql).add('a@example.org', 'hash', 'user');
  user = userId(added?.id ?? 0);
}, 60_000);
afterAll(async () => fixture[Symbol.asyncDispose]());

describe('the stores', () => {
  it('are migrated once', async () => {
    expect(fixture.migrations).toEqual(['0001-initial', '0002-coupon-units', '0003-last-ordinal']);
    expect(await migrate(fixture.url)).toEqual([]);
  });

  it('return what was stored, to the millisecond', async () => {
    const terms = await fixture.createCoupon(3);
    const stocked = await new MysqlCatalog(fixture.mysql).find(terms.couponId);
    expect(stocked?.coupon.facts).toEqual({
      id: terms.couponId,
      name: '티 tea',
      totalQuantity: 3,
      perUserLimit: null,
      opensAtMs: 0,
      closesAtMs: 4_000_000_000_123,
      paused: false,
    });
    expect(await new MysqlCatalog(fixture.mysql).find(couponId(9_999_999))).toBeNull();
    using deadline = new RequestDeadline(clock, 10_000);
    const strategy = issueWithin({
      enter: (_terms, work, until) =>
        mysqlStockStore(fixture.mysql).inTransaction('plain', work, until),
    });
    const id = claimId(randomUUID());
    const verdict = await strategy.issue({ id, terms, user }, deadline);
    if (verdict.kind !== 'granted') throw new Error('there is stock');
    expect(await new MysqlGrants(fixture.mysql).find(id)).toMatchObject({
      claimId: id,
      user,
      ordinal: 1,
      issuedAtMs: verdict.issuedAtMs,
    });
  });

  it('page by key: every row once, in order', async () => {
    const catalog = new MysqlCatalog(fixture.mysql);
    const made = [
      await fixture.createCoupon(),
      await fixture.createCoupon(),
      await fixture.createCoupon(),
    ].map((terms) => terms.couponId);
    const [first] = made;
    const before = couponId((first ?? 2) - 1);
    const page = await catalog.page(before, 2);
    const last = page.at(-1)?.coupon.facts.id ?? null;
    const ids = [...page, ...(await catalog.page(last, 2))].map(
      (stocked) => stocked.coupon.facts.id,
    );
    expect(ids).toEqual(made);
  });

  it('know an email once, ignoring case', async () => {
    const users = new MysqlUsers(fixture.mysql);
    expect(await users.add('A@Example.org', 'other', 'admin')).toBeNull();
    expect(await users.findByEmail('A@EXAMPLE.ORG')).toMatchObject({
      id: user,
      passwordHash: 'hash',
      role: 'user',
    });
    expect(await users.findByEmail('nobody@example.org')).toBeNull();
  });
});
