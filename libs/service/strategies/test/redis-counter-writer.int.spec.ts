import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { ConfigFaults } from '@coupon/application';
import { userId, type Terms } from '@coupon/domain';
import { GRANTED_CLAIMS, keysOf } from '../src/redis-counter/keys.js';
import { claim, outcomeOf, rush, upTo } from './fixture.js';
import { counterFixture } from './redis-counter-fixture.js';

const { fixture, open, openIssuing, user, newId, recorded, flush, manualWriter } = counterFixture();

/** Removes the last row as an old backup would, quantity, last ordinal and all. */
async function removeRow({ couponId }: Terms, ordinal: number): Promise<void> {
  const { db } = fixture.mysql;
  await db
    .deleteFrom('user_coupon')
    .where('coupon_id', '=', couponId)
    .where('ordinal', '=', ordinal)
    .execute();
  await db
    .updateTable('coupons')
    .set((eb) => ({ quantity: eb('quantity', '+', 1), last_ordinal: ordinal - 1 }))
    .where('id', '=', couponId)
    .execute();
}

describe('the grant writer', () => {
  it('records a grant once that is delivered twice', async () => {
    const terms = await fixture.coupon(100);
    await rush([await openIssuing()], terms, fixture.users, 5);
    const { write } = await manualWriter(terms);
    for (const from of [0, 0, 3]) await write(from);
    expect(await recorded(terms)).toEqual({ left: 95, ordinals: upTo(5) });
  });

  it('records grants though another worker has those before them, each once, all', async () => {
    const terms = await fixture.coupon(100);
    await rush([await openIssuing()], terms, fixture.users, 5);
    const { write } = await manualWriter(terms);
    const countedBefore = fixture.counted.length;
    for (const from of [2, 3, 0, 2]) await write(from);
    expect(await recorded(terms)).toEqual({ left: 95, ordinals: upTo(5) });
    expect(fixture.counted.slice(countedBefore)).toEqual([]);
  });

  it('records every grant though rows before them are gone, and counts that once', async () => {
    const terms = await fixture.coupon(100);
    const strategy = await openIssuing();
    await rush([strategy], terms, fixture.users, 5);
    await (await manualWriter(terms)).write();
    await removeRow(terms, 5);
    const countedBefore = fixture.counted.length;
    const alarms = [];
    for (const grants of [3, 2]) {
      await rush([strategy], terms, fixture.users, grants);
      await (await manualWriter(terms)).write();
      alarms.push(await strategy.alarms?.());
    }
    expect(alarms).toEqual([[`coupon ${terms.couponId}: rows of recorded grants are missing`], []]);
    expect(await recorded(terms)).toEqual({ left: 91, ordinals: [1, 2, 3, 4, 6, 7, 8, 9, 10] });
    expect(fixture.counted.slice(countedBefore)).toEqual(['grant_rows_missing']);
  });

  it('closes a gap without a claim, too', async () => {
    const terms = await fixture.coupon(100);
    const strategy = await openIssuing();
    await rush([strategy], terms, fixture.users, 5);
    await (await manualWriter(terms)).write();
    await removeRow(terms, 5);
    await rush([strategy], terms, fixture.users, 1);
    await (await manualWriter(terms)).write();
    expect(await strategy.alarms?.()).toHaveLength(1);
    await open();
    for (let tries = 0; tries < 50 && (await strategy.alarms?.())?.length !== 0; tries += 1)
      await sleep(100);
    expect(await strategy.alarms?.()).toEqual([]);
    expect(await fixture.redis.client.hget(keysOf(terms.couponId).counter, 'taken')).toBe('6');
  });

  it('records every grant though the total was lowered, and counts those over it', async () => {
    const terms = await fixture.coupon(10);
    const strategy = await openIssuing();
    const first = newId();
    await claim(strategy, terms, user(1), first);
    await rush([strategy], terms, fixture.users, 5);
    await fixture.mysql.db
      .updateTable('coupons')
      .set({ total_quantity: 4, quantity: 4 })
      .where('id', '=', terms.couponId)
      .execute();
    const lowered = { ...terms, totalQuantity: 0 };
    expect(await claim(strategy, lowered, user(1), first)).toMatchObject({ ordinal: 1 });
    const countedBefore = fixture.counted.length;
    await (await manualWriter(terms)).write();
    // by an instance that has not heard of the new total
    await claim(strategy, terms, fixture.user);
    await (await manualWriter(terms)).write();
    expect(await recorded(terms)).toEqual({ left: 0, ordinals: upTo(7) });
    expect(fixture.counted.slice(countedBefore)).toEqual(Array(3).fill('grant_over_issued'));
    expect(await outcomeOf(claim(strategy, lowered, fixture.user))).toBe('refused');
  });

  it('records pending grants after a flush, as long as no new counter was seeded', async () => {
    const terms = await fixture.coupon(100);
    const strategy = await openIssuing();
    await rush([strategy], terms, fixture.users, 5);
    const { write } = await manualWriter(terms);
    await flush(terms);
    await write();
    expect(await claim(strategy, terms, fixture.user)).toMatchObject({ ordinal: 6 });
    await (await manualWriter(terms)).write();
    expect(await recorded(terms)).toEqual({ left: 94, ordinals: upTo(6) });
  });

  it('gives no ordinal twice: after a flush, pending grants are lost and reported', async () => {
    const terms = await fixture.coupon(100);
    const strategy = await openIssuing();
    await rush([strategy], terms, fixture.users, 5);
    const old = await manualWriter(terms);
    await flush(terms);
    await rush([strategy], terms, fixture.users, 2);
    const countedBefore = fixture.counted.length;
    await old.write();
    await (await manualWriter(terms)).write();
    expect(await recorded(terms)).toEqual({ left: 98, ordinals: [1, 2] });
    expect(fixture.counted.slice(countedBefore)).toEqual(Array(5).fill('grant_unsettled'));
  });

  it('keeps the rows when Redis comes back older, and has the counter seeded again', async () => {
    const terms = await fixture.coupon(100);
    const strategy = await openIssuing();
    const claims = upTo(5).map(newId);
    for (const id of claims) await claim(strategy, terms, fixture.user, id);
    await (await manualWriter(terms)).write();
    await fixture.redis.client.hset(keysOf(terms.couponId).counter, 'taken', 3);
    await fixture.redis.client.hdel(GRANTED_CLAIMS, ...claims.slice(3));
    // that ordinal has a row: the grant is lost, like the one before the crash
    expect(await claim(strategy, terms, fixture.user)).toMatchObject({ ordinal: 4 });
    await (await manualWriter(terms)).write();
    expect((await fixture.rowsOf(terms)).rows.map((row) => row.claim_id)).toEqual(claims);
    expect(await claim(strategy, terms, fixture.user)).toMatchObject({ ordinal: 6 });
    await (await manualWriter(terms)).write();
    expect(await recorded(terms)).toEqual({ left: 94, ordinals: upTo(6) });
  });

  it("records a grant whose claim id is another coupon's, also delivered twice", async () => {
    const terms = await fixture.coupon(100);
    const other = await fixture.coupon(100);
    const strategy = await openIssuing();
    const id = newId();
    await claim(await fixture.open('mysql-for-update'), other, fixture.user, id);
    await rush([strategy], terms, fixture.users, 2);
    await claim(strategy, terms, fixture.user, id);
    await rush([strategy], terms, fixture.users, 2);
    const { write } = await manualWriter(terms);
    for (const from of [0, 0]) await write(from);
    expect(await recorded(terms)).toEqual({ left: 95, ordinals: upTo(5) });
  });

  it('is not blocked by a user that does not exist, also after a flush', async () => {
    const terms = await fixture.coupon(100);
    const strategy = await open();
    const told = await Promise.all(
      [fixture.user, userId(4_000_000_000), user(1), user(2)].map((one) =>
        outcomeOf(claim(strategy, terms, one)),
      ),
    );
    expect(told).toEqual(Array(4).fill('granted'));
    expect(await recorded(terms)).toEqual({ left: 97, ordinals: [1, 3, 4] });
    await rush([strategy], terms, fixture.users, 2);
    expect(await recorded(terms)).toEqual({ left: 95, ordinals: [1, 3, 4, 5, 6] });
    await flush(terms);
    await rush([strategy], terms, fixture.users, 2);
    expect(await recorded(terms)).toEqual({ left: 93, ordinals: [1, 3, 4, 5, 6, 7, 8] });
  });

  it('takes over from a worker that died with pending grants', async () => {
    const terms = await fixture.coupon(100);
    const strategy = await openIssuing();
    await rush([strategy], terms, fixture.users, 5);
    // by a worker that is not heard of again
    expect((await manualWriter(terms)).pending).toHaveLength(5);
    await rush([strategy], terms, fixture.users, 5);
    const beganMs = performance.now();
    await open({ MYSQL_TRANSACTION_MAX_MS: '900', REDIS_COUNTER_CLAIM_IDLE_MS: '1000' });
    expect(await recorded(terms)).toEqual({ left: 90, ordinals: upTo(10) });
    expect(performance.now() - beganMs).toBeGreaterThan(700);
  });

  it('closes with everything recorded', async () => {
    const terms = await fixture.coupon(1_000);
    const strategy = await open({ REDIS_COUNTER_BATCH_MAX: '20' });
    await rush([strategy], terms, fixture.users, 300);
    await strategy[Symbol.asyncDispose]();
    expect(await fixture.redis.client.xlen(keysOf(terms.couponId).grants)).toBe(0);
    expect(await recorded(terms)).toEqual({ left: 700, ordinals: upTo(300) });
  });

  it('refuses a setting by which a living worker is considered dead', () =>
    expect(open({ REDIS_COUNTER_CLAIM_IDLE_MS: '4000' })).rejects.toBeInstanceOf(ConfigFaults));
});
