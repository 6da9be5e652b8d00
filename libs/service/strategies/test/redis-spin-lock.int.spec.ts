import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, jest } from '@jest/globals';
import { Redis } from 'ioredis';
import { ConfigFaults, NoVerdict } from '@coupon/application';
import { claimId, type Terms } from '@coupon/domain';
import { mysqlStockStore } from '@coupon/mysql';
import { tryLease } from '@coupon/redis';
import { pluginNamed } from '../src/index.js';
import { claim, clock, lockKeyOf, rush, steppedClock, strategyFixture } from './fixture.js';

const fixture = strategyFixture();

const lease = (terms: Terms, leaseMs: number) =>
  tryLease(fixture.redis, clock, lockKeyOf(terms), leaseMs);

describe('the lease', () => {
  it('is held by one at a time, and free again when released', async () => {
    const terms = await fixture.coupon(1);
    const first = await lease(terms, 5_000);
    expect(await lease(terms, 5_000)).toBeNull();
    expect(await first?.release()).toBe(true);
    expect(await lease(terms, 5_000)).not.toBeNull();
  });

  it('released after its end, it leaves the next holder alone', async () => {
    const terms = await fixture.coupon(1);
    const late = await lease(terms, 50);
    await sleep(80);
    expect(await lease(terms, 5_000)).not.toBeNull();
    expect(await late?.release()).toBe(false);
    expect(await lease(terms, 5_000)).toBeNull();
  });
});

describe('redis-spin-lock', () => {
  it('waits for the lock, trying again every 100 ms', async () => {
    const terms = await fixture.coupon(1);
    await lease(terms, 350);
    const beganMs = clock.monotonicMs();
    expect(await claim(await fixture.open('redis-spin-lock'), terms, fixture.user)).toMatchObject({
      kind: 'granted',
    });
    expect(clock.monotonicMs() - beganMs).toBeGreaterThanOrEqual(300);
  });

  it('is contended after its wait, records nothing, leaves the lock to its holder', async () => {
    const terms = await fixture.coupon(1);
    const holder = await lease(terms, 10_000);
    const strategy = await fixture.open('redis-spin-lock', { REDIS_SPIN_LOCK_WAIT_MS: '300' });
    await expect(claim(strategy, terms, fixture.user)).rejects.toMatchObject({ kind: 'contended' });
    expect(await fixture.rowsOf(terms)).toMatchObject({ quantity: 1, rows: [] });
    expect(await holder?.release()).toBe(true);
  });

  it('obeys the deadline, among the pollers and in the line before them', async () => {
    const terms = await fixture.coupon(1);
    await lease(terms, 10_000);
    const strategy = await fixture.open('redis-spin-lock', { REDIS_SPIN_LOCK_POLLERS_MAX: '1' });
    const beganMs = clock.monotonicMs();
    const told = await Promise.allSettled([
      claim(strategy, terms, fixture.user, undefined, 400),
      claim(strategy, terms, fixture.user, undefined, 400),
    ]);
    expect(clock.monotonicMs() - beganMs).toBeLessThan(1_000);
    for (const { status } of told) expect(status).toBe('rejected');
    expect(await fixture.rowsOf(terms)).toMatchObject({ rows: [] });
  });

  it('no more than pollersMax ask Redis at a time', async () => {
    const terms = await fixture.coupon(1);
    await lease(terms, 450);
    const strategy = await fixture.open('redis-spin-lock', { REDIS_SPIN_LOCK_POLLERS_MAX: '3' });
    const everyClient = Redis.prototype;
    const tries = jest.spyOn(everyClient, 'set');
    const all = rush([strategy], terms, fixture.users, 60);
    await sleep(350); // at most 4 rounds of 3 by now; unbounded it would be 4 rounds of 60
    expect(tries.mock.calls.length).toBeGreaterThanOrEqual(3);
    expect(tries.mock.calls.length).toBeLessThanOrEqual(15);
    tries.mockRestore();
    await all;
  }, 60_000);

  it('says unavailable, not contended, when Redis is gone', async () => {
    const terms = await fixture.coupon(1);
    const plugin = pluginNamed('redis-spin-lock').configure({});
    const client = fixture.redis.client.duplicate();
    client.disconnect();
    const strategy = await plugin({
      mysql: fixture.mysql,
      stockStore: mysqlStockStore(fixture.mysql),
      meter: { observe: () => undefined },
      redis: () => Promise.resolve({ ...fixture.redis, client }),
      clock,
      counters: { count: () => undefined },
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    });
    await expect(claim(strategy, terms, fixture.user)).rejects.toMatchObject({
      kind: 'unavailable',
    });
    expect(await fixture.rowsOf(terms)).toMatchObject({ rows: [] });
  });

  it('notices before COMMIT that its lease is over: nothing is issued', async () => {
    const terms = await fixture.coupon(1);
    let aheadMs = 0;
    const strategy = await fixture.open(
      'redis-spin-lock',
      {},
      steppedClock(() => aheadMs),
    );
    const blocker = await fixture.mysql.db.startTransaction().execute();
    await blocker
      .updateTable('coupons')
      .set({ name: 'held' })
      .where('id', '=', terms.couponId)
      .execute();
    const told = claim(strategy, terms, fixture.user).catch((error: unknown) => error);
    await sleep(300);
    aheadMs = 6_000; // longer than the lease of 5 s
    await blocker.rollback().execute();
    expect(await told).toMatchObject({ kind: 'lease-lost' });
    expect(await fixture.rowsOf(terms)).toMatchObject({ quantity: 1, rows: [] });
    expect(fixture.counted).toContain('lease_lost');
  });

  it('counts a lease that was gone at the release, after the grant was recorded', async () => {
    const terms = await fixture.coupon(1);
    const strategy = await fixture.open('redis-spin-lock');
    const countedBefore = fixture.counted.length;
    const blocker = await fixture.mysql.db.startTransaction().execute();
    await blocker
      .updateTable('coupons')
      .set({ name: 'held' })
      .where('id', '=', terms.couponId)
      .execute();
    const told = claim(strategy, terms, fixture.user);
    await sleep(300);
    await fixture.redis.client.del(lockKeyOf(terms));
    await blocker.rollback().execute();
    expect(await told).toMatchObject({ kind: 'granted' });
    expect(fixture.counted.slice(countedBefore)).toEqual(['lease_lost']);
  });

  it('refuses a lease that is no longer than a transaction may take', async () => {
    await expect(
      fixture.open('redis-spin-lock', { REDIS_SPIN_LOCK_LEASE_MS: '4000' }),
    ).rejects.toBeInstanceOf(ConfigFaults);
  });

  it.each([
    ['false', 'granted', 2],
    ['true', 'lease-lost', 1],
  ])(
    'a holder that reads, is overtaken and then writes: fenced=%s ends in %s',
    async (fenced, outcome, rowsAfter) => {
      const terms = await fixture.coupon(1);
      const slow = await fixture.open('redis-spin-lock', { REDIS_SPIN_LOCK_FENCED: fenced });
      const quick = await fixture.open('redis-spin-lock');
      // Once it has read the books, the slow holder's INSERT waits for another one of the same
      // claim id, before it touches the coupon. It is the least of all ids: a waiting duplicate
      // check also locks the gap before its row, where the quick one's id could fall.
      const id = claimId(`00000000${randomUUID().slice(8)}`);
      const elsewhere = {
        coupon_id: (await fixture.coupon(1)).couponId,
        user_id: fixture.user,
        ordinal: 1,
        claim_id: id,
        issued_at: new Date(),
      };
      const blocker = await fixture.mysql.db.startTransaction().execute();
      await blocker.insertInto('user_coupon').values(elsewhere).execute();
      const told = claim(slow, terms, fixture.user, id).then(
        (verdict) => verdict.kind,
        (error: unknown) => (error instanceof NoVerdict ? error.kind : error),
      );
      await sleep(300);
      // its lease is over, and somebody else takes the last coupon
      await fixture.redis.client.del(lockKeyOf(terms));
      expect(await claim(quick, terms, fixture.users[1] ?? fixture.user)).toMatchObject({
        kind: 'granted',
      });
      await blocker.rollback().execute();
      expect(await told).toBe(outcome);
      expect((await fixture.rowsOf(terms)).rows).toHaveLength(rowsAfter);
    },
  );
});
