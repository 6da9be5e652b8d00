import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { DuplicateClaim } from '@coupon/application';
import { keysOf } from '../src/redis-counter/keys.js';
import { claim, outcomeOf, rush, upTo } from './fixture.js';
import { counterFixture } from './redis-counter-fixture.js';

const { fixture, open, openIssuing, user, newId, recorded, flush, manualWriter } = counterFixture();

describe('the script', () => {
  it('grants a claim once that is sent many times to two instances at once', async () => {
    const terms = await fixture.coupon(100);
    const instances = [await open(), await open()];
    const id = newId();
    const told = await Promise.all(
      upTo(20)
        .map((n) =>
          instances
            .slice(n % 2)
            .map((instance) => outcomeOf(claim(instance, terms, fixture.user, id))),
        )
        .flat(),
    );
    expect(told.filter((one) => one === 'granted')).toHaveLength(1);
    expect(new Set(told)).toEqual(new Set(['granted', 'DuplicateClaim']));
    expect(await recorded(terms)).toEqual({ left: 99, ordinals: [1] });
  });

  it('two instances with one connection each issue just the stock, within the limit', async () => {
    const terms = await fixture.coupon(40, 9);
    const env = { MYSQL_POOL_MAX: '1' };
    await rush([await open(env), await open(env)], terms, fixture.users, 80);
    expect(await recorded(terms)).toEqual({ left: 4, ordinals: upTo(36) });
  });

  it('answers a replay, and no other claim, with the first verdict before its row', async () => {
    const terms = await fixture.coupon(100);
    const strategy = await openIssuing();
    const id = newId();
    const first = await claim(strategy, terms, fixture.user, id);
    expect(first).toMatchObject({ kind: 'granted', ordinal: 1 });
    expect(await claim(strategy, terms, fixture.user, id)).toEqual(first);
    expect(await outcomeOf(claim(strategy, terms, user(1), id))).toBe('unavailable');
    await (await manualWriter(terms)).write();
    await expect(claim(strategy, terms, user(1), id)).rejects.toBeInstanceOf(DuplicateClaim);
    expect(await recorded(terms)).toEqual({ left: 99, ordinals: [1] });
  });

  it('recognizes a claim id of another coupon, recorded or not', async () => {
    const terms = await fixture.coupon(100);
    const other = await fixture.coupon(100);
    const strategy = await openIssuing();
    const id = newId();
    await claim(strategy, terms, fixture.user, id);
    expect(await outcomeOf(claim(strategy, other, fixture.user, id, 200))).toBe('unavailable');
    await (await manualWriter(terms)).write();
    await expect(claim(strategy, other, fixture.user, id)).rejects.toBeInstanceOf(DuplicateClaim);
    expect(await fixture.redis.client.hget(keysOf(other.couponId).counter, 'taken')).toBe('0');
  });

  it('needs no database once a coupon is seeded, not even for a replay', async () => {
    const terms = await fixture.coupon(100);
    await claim(await openIssuing(), terms, fixture.user);
    const alone = await open({
      REDIS_COUNTER_SETTLER: 'apart',
      DATABASE_URL: 'mysql://nobody:nothing@127.0.0.1:1/none',
      MYSQL_CONNECT_MS: '100',
    });
    const id = newId();
    const first = await claim(alone, terms, fixture.user, id);
    expect(first).toMatchObject({ ordinal: 2 });
    expect(await claim(alone, terms, fixture.user, id)).toEqual(first);
    expect(await outcomeOf(claim(alone, await fixture.coupon(1), fixture.user))).toBe(
      'unavailable',
    );
  });

  it('sends nothing to Redis after the deadline', async () => {
    const terms = await fixture.coupon(1);
    expect(await outcomeOf(claim(await openIssuing(), terms, fixture.user, newId(), 0))).toBe(
      'contended',
    );
    expect(await fixture.redis.client.exists(keysOf(terms.couponId).counter)).toBe(0);
  });
});

describe('seeding', () => {
  it('happens once for four instances at once, and continues after the last row', async () => {
    const terms = await fixture.coupon(50, 10);
    const old = newId();
    const before = await fixture.open('mysql-for-update');
    await claim(before, terms, fixture.user, old);
    await rush([before], terms, fixture.users, 11);
    await rush(await Promise.all(upTo(4).map(() => open())), terms, fixture.users, 60);
    expect(await recorded(terms)).toEqual({ left: 10, ordinals: upTo(40) });
    await expect(claim(await openIssuing(), terms, fixture.user, old)).rejects.toBeInstanceOf(
      DuplicateClaim,
    );
  });

  it('after a flush takes ordinals, limits and replays from the rows', async () => {
    const terms = await fixture.coupon(100, 3);
    const strategy = await open();
    const old = newId();
    await claim(strategy, terms, fixture.user, old);
    await rush([strategy], terms, fixture.users, 7);
    expect((await recorded(terms)).ordinals).toHaveLength(8);
    await flush(terms);
    await expect(claim(strategy, terms, fixture.user, old)).rejects.toBeInstanceOf(DuplicateClaim);
    await rush([strategy, await open()], terms, fixture.users, 40);
    expect(await recorded(terms)).toEqual({ left: 88, ordinals: upTo(12) });
  });

  it('waits for grants that are not recorded yet', async () => {
    const terms = await fixture.coupon(100);
    const strategy = await openIssuing();
    await rush([strategy], terms, fixture.users, 5);
    await fixture.redis.client.del(keysOf(terms.couponId).counter);
    const next = claim(strategy, terms, fixture.user);
    await sleep(150);
    await (await manualWriter(terms)).write();
    expect(await next).toMatchObject({ ordinal: 6 });
  });
});
