import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { RequestDeadline, type IssuanceStrategy } from '@coupon/application';
import { userId, type Terms } from '@coupon/domain';
import { keysOf, SEEDED_COUPONS, WORKERS, GRANTED_CLAIMS } from '../src/redis-counter/keys.js';
import { recount } from '../src/redis-counter/recount.js';
import { withCounterCommands } from '../src/redis-counter/scripts.js';
import { claim, clock, outcomeOf, rush, upTo } from './fixture.js';
import { countedAs, counterFixture, counterOf } from './redis-counter-fixture.js';

const { fixture, open, openIssuing, user, recorded, manualWriter } = counterFixture();

/** An administrator's change of the stock by SQL. */
const change = ({ couponId }: Terms, to: { quantity?: number; total_quantity?: number }) =>
  fixture.mysql.db.updateTable('coupons').set(to).where('id', '=', couponId).execute();

/** Gives coupons back as an administrator does, in one transaction. */
const giveBack = ({ couponId }: Terms, ordinals: readonly number[]): Promise<void> =>
  fixture.mysql.db.transaction().execute(async (administrator) => {
    await administrator
      .updateTable('coupons')
      .set((eb) => ({ quantity: eb('quantity', '+', ordinals.length) }))
      .where('id', '=', couponId)
      .execute();
    const { numDeletedRows } = await administrator
      .deleteFrom('user_coupon')
      .where('coupon_id', '=', couponId)
      .where('ordinal', 'in', [...ordinals])
      .executeTakeFirst();
    if (Number(numDeletedRows) < ordinals.length) throw new Error('no such coupon is given out');
  });

const lastOrdinalOf = async ({ couponId }: Terms): Promise<number> => {
  const row = await fixture.mysql.db
    .selectFrom('coupons')
    .select('last_ordinal')
    .where('id', '=', couponId)
    .executeTakeFirstOrThrow();
  return row.last_ordinal;
};

const RETRIES = 500;

/** Claims until one ends as `kind`: how the last one ended. */
async function claimUntil(
  kind: string,
  strategy: IssuanceStrategy,
  terms: Terms,
  of = fixture.user,
): Promise<string> {
  for (let tries = 1; ; tries += 1) {
    const outcome = await outcomeOf(claim(strategy, terms, of));
    if (outcome === kind || tries === RETRIES) return outcome;
    await sleep(20);
  }
}

describe('a coupon that was given back', () => {
  it('counts no more for its user, whose limit it was', async () => {
    const terms = await fixture.coupon(10, 1);
    const strategy = await open();
    for (const one of fixture.users) await claim(strategy, terms, one);
    await recorded(terms);
    expect(await outcomeOf(claim(strategy, terms, user(1)))).toBe('refused');
    await giveBack(terms, [2]);
    expect(await claimUntil('granted', strategy, terms, user(1))).toBe('granted');
    expect(await outcomeOf(claim(strategy, terms, user(1)))).toBe('refused');
    expect(await recorded(terms)).toEqual({ left: 6, ordinals: [1, 3, 4, 5] });
  });

  it('is sold again while a crowd claims, and every counter agrees afterwards', async () => {
    const terms = await fixture.coupon(300);
    const first = await open();
    const instances = [first, await open()];
    await rush(instances, terms, fixture.users, 100);
    await recorded(terms);
    const granted = new Set<number>();
    const crowd = async (): Promise<void> => {
      for (let refused = 0; refused < RETRIES;) {
        const verdicts = await rush(instances, terms, fixture.users, 20);
        for (const verdict of verdicts)
          if ('ordinal' in verdict) granted.add(verdict.ordinal);
          else refused += 1;
        await sleep(5);
      }
    };
    const administrator = async (): Promise<void> => {
      for (let n = 1; n <= 40; n += 4) {
        await giveBack(terms, [n, n + 1]);
        await sleep(20);
      }
    };
    await Promise.all([crowd(), administrator()]);
    while ((await recorded(terms)).left > 0) await claimUntil('granted', first, terms);
    const { left, ordinals } = await recorded(terms);
    expect(left).toBe(0);
    expect(new Set(ordinals).size).toBe(300);
    expect(Math.max(...ordinals)).toBe(320);
    expect(granted.size).toBeGreaterThanOrEqual(200);
    await countedAs(fixture, terms, { taken: 300, lastOrdinal: 320, total: 300 });
    expect(await lastOrdinalOf(terms)).toBe(320);
  }, 60_000);

  it('is noticed in a counter of an older release, which knows no total', async () => {
    const terms = await fixture.coupon(3);
    const strategy = await open();
    await rush([strategy], terms, fixture.users, 3);
    await recorded(terms);
    await fixture.redis.client.hdel(keysOf(terms.couponId).counter, 'total', 'revision');
    await giveBack(terms, [3]);
    expect(await claimUntil('granted', strategy, terms)).toBe('granted');
    expect(await recorded(terms)).toEqual({ left: 0, ordinals: [1, 2, 4] });
  });

  it('makes no alarm: the rows are as they should be', async () => {
    const terms = await fixture.coupon(3);
    const strategy = await open();
    await rush([strategy], terms, fixture.users, 3);
    await recorded(terms);
    const before = fixture.counted.length;
    await giveBack(terms, [1, 2, 3]);
    await countedAs(fixture, terms, { taken: 0, lastOrdinal: 3 });
    await rush([strategy], terms, fixture.users, 1);
    expect(await recorded(terms)).toEqual({ left: 2, ordinals: [4] });
    expect(await strategy.alarms?.()).toEqual([]);
    expect(fixture.counted.slice(before)).toEqual([]);
  });

  it('and a grant without a user: its stock is sold, its ordinal is not given again', async () => {
    const terms = await fixture.coupon(2);
    const strategy = await open();
    await claim(strategy, terms, userId(4_000_000_000));
    await claim(strategy, terms, fixture.user);
    expect(await claimUntil('granted', strategy, terms)).toBe('granted');
    expect(await recorded(terms)).toEqual({ left: 0, ordinals: [2, 3] });
  });
});

describe('rows that are gone', () => {
  it('are noticed while nobody claims, and their ordinals are not given again', async () => {
    const terms = await fixture.coupon(5);
    const strategy = await open();
    await rush([strategy], terms, fixture.users, 5);
    await recorded(terms);
    const before = fixture.counted.length;
    await fixture.mysql.db.transaction().execute(async (backup) => {
      await backup
        .updateTable('coupons')
        .set({ quantity: 2, last_ordinal: 3 })
        .where('id', '=', terms.couponId)
        .execute();
      await backup
        .deleteFrom('user_coupon')
        .where('coupon_id', '=', terms.couponId)
        .where('ordinal', '>', 3)
        .execute();
    });
    await countedAs(fixture, terms, { taken: 3, lastOrdinal: 5 });
    await rush([strategy], terms, fixture.users, 3);
    expect(await recorded(terms)).toEqual({ left: 0, ordinals: [1, 2, 3, 6, 7] });
    expect(fixture.counted.slice(before)).toEqual(['grant_rows_missing']);
  });
});

describe('a changed total', () => {
  it('is not forgotten for the terms of a process that has not heard of it', async () => {
    const terms = await fixture.coupon(10);
    const strategy = await open();
    await rush([strategy], terms, fixture.users, 3);
    await recorded(terms);
    await change(terms, { quantity: 1, total_quantity: 4 });
    await countedAs(fixture, terms, { taken: 3, total: 4 });
    const outcomes = [];
    for (let n = 0; n < 3; n += 1)
      outcomes.push(await outcomeOf(claim(strategy, terms, fixture.user)));
    expect(outcomes).toEqual(['granted', 'refused', 'refused']);
    expect(await recorded(terms)).toEqual({ left: 0, ordinals: upTo(4) });
  });

  it('sells when it is raised, also without a worker', async () => {
    const terms = await fixture.coupon(2);
    const strategy = await openIssuing();
    await rush([strategy], terms, fixture.users, 3);
    await (await manualWriter(terms)).write();
    await change(terms, { quantity: 2, total_quantity: 4 });
    const raised = { ...terms, totalQuantity: 4 };
    expect(await outcomeOf(claim(strategy, raised, fixture.user))).toBe('granted');
    await rush([strategy], raised, fixture.users, 3);
    await (await manualWriter(terms)).write();
    expect(await recorded(terms)).toEqual({ left: 0, ordinals: upTo(4) });
  });
});

describe('rows that do not add up', () => {
  it.each([
    ['more remains than there ever was', { quantity: 9_000, total_quantity: 5_000 }],
    ['the total is lowered alone', { total_quantity: 4_995 }],
    ['the quantity is raised alone', { quantity: 4_995 }],
  ])('stop that coupon alone, until they are repaired: %s', async (_, to) => {
    const terms = await fixture.coupon(5_000);
    const other = await fixture.coupon(10);
    const strategy = await open();
    await rush([strategy], terms, fixture.users, 7);
    await recorded(terms);
    await change(terms, to);
    expect(await claimUntil('inconsistent', strategy, terms)).toBe('inconsistent');
    await expect(claim(strategy, terms, fixture.user)).rejects.toThrow(
      `coupon ${terms.couponId} does not add up: `,
    );
    expect(fixture.counted.slice(-2)).toEqual(['stock_unsound', 'stock_unsound']);
    expect(await strategy.alarms?.()).toEqual([
      `coupon ${terms.couponId} does not add up: repair its row`,
    ]);
    expect(await outcomeOf(claim(strategy, other, fixture.user))).toBe('granted');
    const { ordinals } = await recorded(terms);
    await change(terms, { quantity: 5_000 - ordinals.length, total_quantity: 5_000 });
    expect(await claimUntil('granted', strategy, terms)).toBe('granted');
    expect(await strategy.alarms?.()).toEqual([]);
    const { left, ordinals: after } = await recorded(terms);
    expect(after).toEqual(upTo(5_000 - left));
  });

  it('are not seeded, and not searched for claims', async () => {
    const terms = await fixture.coupon(10);
    await rush([await fixture.open('mysql-for-update')], terms, fixture.users, 7);
    await change(terms, { total_quantity: 5 });
    const strategy = await openIssuing();
    const before = await fixture.redis.client.hlen(GRANTED_CLAIMS);
    expect(await outcomeOf(claim(strategy, terms, fixture.user))).toBe('inconsistent');
    expect(await fixture.redis.client.exists(keysOf(terms.couponId).counter)).toBe(0);
    expect(await fixture.redis.client.hlen(GRANTED_CLAIMS)).toBe(before);
    await fixture.redis.client.srem(SEEDED_COUPONS, terms.couponId);
  });
});

describe('a recount', () => {
  const recountNow = async (terms: Terms, client: Parameters<typeof recount>[1]): Promise<void> => {
    using deadline = new RequestDeadline(clock, 20_000);
    await recount(fixture.resources, client, terms.couponId, deadline);
  };

  it('counts what is in the stream, with a row or without one, once', async () => {
    const terms = await fixture.coupon(20, 9);
    const strategy = await openIssuing();
    await rush([strategy], terms, fixture.users, 8);
    const { pending, write } = await manualWriter(terms);
    const client = withCounterCommands(fixture.redis.client);
    await recountNow(terms, client);
    expect(await counterOf(fixture, terms)).toEqual({ taken: 8, lastOrdinal: 8, total: 20 });
    // recorded, and delivered again as if it had not been acknowledged
    await write(4);
    const { grants, held } = keysOf(terms.couponId);
    for (const { epoch, claim: id, user: of, ordinal, issuedAtMs } of pending.slice(4))
      await client.xadd(
        grants,
        '*',
        ...['epoch', epoch, 'claim', id, 'user', of, 'ordinal', ordinal, 'at', issuedAtMs],
      );
    await recountNow(terms, client);
    expect(await counterOf(fixture, terms)).toEqual({ taken: 8, lastOrdinal: 8, total: 20 });
    expect(await client.hgetall(held)).toEqual(
      Object.fromEntries(fixture.users.map((one) => [one, '2'])),
    );
  });

  it('changes nothing where grants were acknowledged since: it has lost the row', async () => {
    const terms = await fixture.coupon(20);
    const strategy = await openIssuing();
    await rush([strategy], terms, fixture.users, 8);
    const { pending } = await manualWriter(terms);
    const { client } = await fixture.connectRedis();
    withCounterCommands(client);
    const run = client.recountCoupon.bind(client);
    Reflect.set(client, 'recountCoupon', async (...args: Parameters<typeof run>) => {
      const { grants, counter } = keysOf(terms.couponId);
      const ids = pending.slice(0, 5).map(({ id }) => id);
      await client.acknowledgeGrants(grants, counter, GRANTED_CLAIMS, WORKERS, 0, 0, ...ids);
      return run(...args);
    });
    await recountNow(terms, client);
    expect(await counterOf(fixture, terms)).toMatchObject({ taken: 8, lastOrdinal: 8 });
  });

  it('has a counter seeded again that is older than the rows', async () => {
    const terms = await fixture.coupon(20);
    const strategy = await open();
    await rush([strategy], terms, fixture.users, 8);
    await recorded(terms);
    const { counter } = keysOf(terms.couponId);
    await fixture.redis.client.hset(counter, 'taken', 3);
    for (let tries = 0; tries < RETRIES; tries += 1) {
      if ((await fixture.redis.client.exists(counter)) === 0) break;
      await sleep(20);
    }
    expect(await claim(strategy, terms, fixture.user)).toMatchObject({ ordinal: 9 });
    expect(await recorded(terms)).toEqual({ left: 11, ordinals: upTo(9) });
  });
});
