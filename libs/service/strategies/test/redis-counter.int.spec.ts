import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { DuplicateClaim, ConfigFaults, NoVerdict } from '@coupon/application';
import { claimId, userId, type Terms } from '@coupon/domain';
import { disposableRedis, type DisposableRedis } from '@coupon/services';
import { durabilityWarnings } from '../src/redis-counter/durability.js';
import { GrantStreams } from '../src/redis-counter/grant-stream.js';
import { GRANTED_CLAIMS, keysOf, SEEDED_COUPONS } from '../src/redis-counter/keys.js';
import { GrantWriter } from '../src/redis-counter/grant-writer.js';
import { benchRoom, claim, rush, type BenchRoom } from './bench-room.js';

let room: BenchRoom;
/** To be paused, killed and set otherwise. It ends after those who are connected to it. */
let redis: DisposableRedis;
beforeAll(async () => {
  room = await benchRoom();
  redis = await disposableRedis();
}, 60_000);
afterAll(async () => {
  await room[Symbol.asyncDispose]();
  await redis[Symbol.asyncDispose]();
});

const user = (n = 0) => room.users[n] ?? userId(1);
const outcome = (told: Promise<{ readonly kind: string }>): Promise<string> =>
  told.then(
    (verdict) => verdict.kind,
    (error: unknown) =>
      error instanceof NoVerdict
        ? error.kind
        : error instanceof Error
          ? error.name
          : 'not an error',
  );
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);
const newId = () => claimId(randomUUID());

/** Closed after each test, since a settler settles for the whole room. */
const opened: AsyncDisposable[] = [];
afterEach(async () => {
  for (const strategy of opened.splice(0)) await strategy[Symbol.asyncDispose]();
});
const open = async (env: Record<string, string> = {}) => {
  const strategy = await room.open('redis-counter', env);
  opened.push(strategy);
  return strategy;
};
/** Issues only; nothing gets into the rows until somebody settles. */
const apart = () => open({ REDIS_COUNTER_SETTLER: 'apart' });
const settled = async (terms: Terms) => {
  const { quantity, rows } = await room.books(terms);
  return { left: quantity, ordinals: rows.map(({ ordinal }) => ordinal) };
};
/** What is left after a FLUSHALL: nothing. */
const flush = async (terms: Terms) =>
  room.redis.client.del(...Object.values(keysOf(terms.couponId)), GRANTED_CLAIMS, SEEDED_COUPONS);

/** A settler by hand: it has taken what was noted, and settles when it is told to. */
const settlerByHand = async (terms: Terms) => {
  const streams = new GrantStreams(room.redis.client, randomUUID(), 100);
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const settlement = new GrantWriter(room.mysql, room.redis.client, log, {
    count: (event) => room.counted.push(event),
  });
  const inHand = (await streams.fresh([terms.couponId], null)).get(terms.couponId) ?? [];
  return { inHand, settle: (from = 0) => settlement.settle(terms.couponId, inHand.slice(from)) };
};

describe('the script', () => {
  it('grants a claim once, however often and wherever it is sent at the same time', async () => {
    const terms = await room.coupon(100);
    const instances = [await open(), await open()];
    const id = newId();
    const told = await Promise.all(
      upTo(20)
        .map((n) =>
          instances.slice(n % 2).map((instance) => outcome(claim(instance, terms, user(), id))),
        )
        .flat(),
    );
    expect(told.filter((one) => one === 'granted')).toHaveLength(1);
    expect(new Set(told)).toEqual(new Set(['granted', 'DuplicateClaim']));
    expect(await settled(terms)).toEqual({ left: 99, ordinals: [1] });
  });

  it('with one connection each and a limit, two instances issue exactly what there is', async () => {
    const terms = await room.coupon(40, 9);
    const env = { MYSQL_POOL_MAX: '1' };
    await rush([await open(env), await open(env)], terms, room.users, 80);
    expect(await settled(terms)).toEqual({ left: 4, ordinals: upTo(36) });
  });

  it("tells a replay the first verdict while nobody settles, and nobody else's", async () => {
    const terms = await room.coupon(100);
    const strategy = await apart();
    const id = newId();
    const first = await claim(strategy, terms, user(), id);
    expect(first).toMatchObject({ kind: 'granted', ordinal: 1 });
    expect(await claim(strategy, terms, user(), id)).toEqual(first);
    expect(await outcome(claim(strategy, terms, user(1), id))).toBe('unavailable');
    await (await settlerByHand(terms)).settle();
    await expect(claim(strategy, terms, user(1), id)).rejects.toBeInstanceOf(DuplicateClaim);
    expect(await settled(terms)).toEqual({ left: 99, ordinals: [1] });
  });

  it('knows a key that was used for another coupon, settled or not', async () => {
    const [terms, other] = [await room.coupon(100), await room.coupon(100)];
    const strategy = await apart();
    const id = newId();
    await claim(strategy, terms, user(), id);
    expect(await outcome(claim(strategy, other, user(), id, 200))).toBe('unavailable');
    await (await settlerByHand(terms)).settle();
    await expect(claim(strategy, other, user(), id)).rejects.toBeInstanceOf(DuplicateClaim);
    expect(await room.redis.client.hget(keysOf(other.couponId).counter, 'taken')).toBe('0');
  });

  it('needs no database once a coupon is seeded, not even for a replay', async () => {
    const terms = await room.coupon(100);
    await claim(await apart(), terms, user());
    const alone = await open({
      REDIS_COUNTER_SETTLER: 'apart',
      DATABASE_URL: 'mysql://nobody:nothing@127.0.0.1:1/none',
      MYSQL_CONNECT_MS: '100',
    });
    const id = newId();
    const first = await claim(alone, terms, user(), id);
    expect(first).toMatchObject({ ordinal: 2 });
    expect(await claim(alone, terms, user(), id)).toEqual(first);
    expect(await outcome(claim(alone, await room.coupon(1), user()))).toBe('unavailable');
  });

  it('asks Redis nothing after the deadline', async () => {
    const terms = await room.coupon(1);
    expect(await outcome(claim(await apart(), terms, user(), newId(), 0))).toBe('contended');
    expect(await room.redis.client.exists(keysOf(terms.couponId).counter)).toBe(0);
  });
});

describe('seeding', () => {
  it('happens once though four instances come at once, and goes on where the rows end', async () => {
    const terms = await room.coupon(50, 10);
    const old = newId();
    const before = await room.open('mysql-for-update');
    await claim(before, terms, user(), old);
    await rush([before], terms, room.users, 11);
    await rush(await Promise.all(upTo(4).map(() => open())), terms, room.users, 60);
    expect(await settled(terms)).toEqual({ left: 10, ordinals: upTo(40) });
    await expect(claim(await apart(), terms, user(), old)).rejects.toBeInstanceOf(DuplicateClaim);
  });

  it('after a flush, the rows are all that counts: numbers, limits and replays', async () => {
    const terms = await room.coupon(100, 3);
    const strategy = await open();
    const old = newId();
    await claim(strategy, terms, user(), old);
    await rush([strategy], terms, room.users, 7);
    expect((await settled(terms)).ordinals).toHaveLength(8);
    await flush(terms);
    await expect(claim(strategy, terms, user(), old)).rejects.toBeInstanceOf(DuplicateClaim);
    await rush([strategy, await open()], terms, room.users, 40);
    expect(await settled(terms)).toEqual({ left: 88, ordinals: upTo(12) });
  });

  it('waits for grants that are not settled yet', async () => {
    const terms = await room.coupon(100);
    const strategy = await apart();
    await rush([strategy], terms, room.users, 5);
    await room.redis.client.del(keysOf(terms.couponId).counter);
    const next = claim(strategy, terms, user());
    await sleep(150);
    await (await settlerByHand(terms)).settle();
    expect(await next).toMatchObject({ ordinal: 6 });
  });
});

describe('the settlement', () => {
  it('records once what is given to it twice', async () => {
    const terms = await room.coupon(100);
    await rush([await apart()], terms, room.users, 5);
    const { settle } = await settlerByHand(terms);
    expect([await settle(), await settle(), await settle(3)]).toEqual([true, true, true]);
    expect(await settled(terms)).toEqual({ left: 95, ordinals: upTo(5) });
  });

  it('records nothing after a gap until it is closed', async () => {
    const terms = await room.coupon(100);
    await rush([await apart()], terms, room.users, 5);
    const { settle } = await settlerByHand(terms);
    expect(await settle(2)).toBe(false);
    expect(
      await room.mysql.db
        .selectFrom('user_coupon')
        .select('id')
        .where('coupon_id', '=', terms.couponId)
        .execute(),
    ).toEqual([]);
    expect(await settle()).toBe(true);
    expect(await settled(terms)).toEqual({ left: 95, ordinals: upTo(5) });
  });

  it('saves what a settler had in hand when Redis was flushed, as long as no new counter was made', async () => {
    const terms = await room.coupon(100);
    const strategy = await apart();
    await rush([strategy], terms, room.users, 5);
    const { settle } = await settlerByHand(terms);
    await flush(terms);
    await settle();
    expect(await claim(strategy, terms, user())).toMatchObject({ ordinal: 6 });
    await (await settlerByHand(terms)).settle();
    expect(await settled(terms)).toEqual({ left: 94, ordinals: upTo(6) });
  });

  it('gives no number to two: after a flush and a new counter, what a settler still had in hand is lost and told', async () => {
    const terms = await room.coupon(100);
    const strategy = await apart();
    await rush([strategy], terms, room.users, 5);
    const old = await settlerByHand(terms);
    await flush(terms);
    await rush([strategy], terms, room.users, 2);
    const countedBefore = room.counted.length;
    await old.settle();
    await (await settlerByHand(terms)).settle();
    expect(await settled(terms)).toEqual({ left: 98, ordinals: [1, 2] });
    expect(room.counted.slice(countedBefore)).toEqual(Array(5).fill('grant_unsettled'));
  });

  it('lets the rows stand when Redis comes back older than they are, and has the counter made anew', async () => {
    const terms = await room.coupon(100);
    const strategy = await apart();
    const claims = upTo(5).map(newId);
    for (const id of claims) await claim(strategy, terms, user(), id);
    await (await settlerByHand(terms)).settle();
    await room.redis.client.hset(keysOf(terms.couponId).counter, 'taken', 3);
    await room.redis.client.hdel(GRANTED_CLAIMS, ...claims.slice(3));
    // there is a row of that number: lost, as its like before the crash
    expect(await claim(strategy, terms, user())).toMatchObject({ ordinal: 4 });
    await (await settlerByHand(terms)).settle();
    expect((await room.books(terms)).rows.map((row) => row.claim_id)).toEqual(claims);
    expect(await claim(strategy, terms, user())).toMatchObject({ ordinal: 6 });
    await (await settlerByHand(terms)).settle();
    expect(await settled(terms)).toEqual({ left: 94, ordinals: upTo(6) });
  });

  it('keeps a grant whose claim id stands in a row of another coupon that Redis does not know of, also when it is given twice', async () => {
    const [terms, other] = [await room.coupon(100), await room.coupon(100)];
    const strategy = await apart();
    const id = newId();
    await claim(await room.open('mysql-for-update'), other, user(), id);
    await rush([strategy], terms, room.users, 2);
    await claim(strategy, terms, user(), id);
    await rush([strategy], terms, room.users, 2);
    const { settle } = await settlerByHand(terms);
    expect([await settle(), await settle()]).toEqual([true, true]);
    expect(await settled(terms)).toEqual({ left: 95, ordinals: upTo(5) });
  });

  it('is not held up by a user who does not exist, and not after a flush either', async () => {
    const terms = await room.coupon(100);
    const strategy = await open();
    const told = await Promise.all(
      [user(), userId(4_000_000_000), user(1), user(2)].map((one) =>
        outcome(claim(strategy, terms, one)),
      ),
    );
    expect(told).toEqual(Array(4).fill('granted'));
    expect(await settled(terms)).toEqual({ left: 97, ordinals: [1, 3, 4] });
    await rush([strategy], terms, room.users, 2);
    expect(await settled(terms)).toEqual({ left: 95, ordinals: [1, 3, 4, 5, 6] });
    await flush(terms);
    await rush([strategy], terms, room.users, 2);
    expect(await settled(terms)).toEqual({ left: 93, ordinals: [1, 3, 4, 5, 6, 7, 8] });
  });

  it('takes over from a settler that died with grants in hand', async () => {
    const terms = await room.coupon(100);
    const strategy = await apart();
    await rush([strategy], terms, room.users, 5);
    expect((await settlerByHand(terms)).inHand).toHaveLength(5); // and nothing more is heard of it
    await rush([strategy], terms, room.users, 5);
    const beganMs = Date.now();
    await open({ MYSQL_TRANSACTION_MAX_MS: '900', REDIS_COUNTER_CLAIM_IDLE_MS: '1000' });
    expect(await settled(terms)).toEqual({ left: 90, ordinals: upTo(10) });
    expect(Date.now() - beganMs).toBeGreaterThan(700);
  });

  it('ends with everything settled', async () => {
    const terms = await room.coupon(1_000);
    const strategy = await open({ REDIS_COUNTER_BATCH_MAX: '20' });
    await rush([strategy], terms, room.users, 300);
    await strategy[Symbol.asyncDispose]();
    expect(await room.redis.client.xlen(keysOf(terms.couponId).grants)).toBe(0);
    expect(await settled(terms)).toEqual({ left: 700, ordinals: upTo(300) });
  });

  it('refuses to take a living settler for dead', () =>
    expect(open({ REDIS_COUNTER_CLAIM_IDLE_MS: '4000' })).rejects.toBeInstanceOf(ConfigFaults));
});

describe('a Redis of its own', () => {
  it("what it says of durability follows the server's settings", async () => {
    const strategy = await open({ REDIS_URL: redis.url });
    expect(strategy).toMatchObject({ warnings: [] });
    const { client } = await room.connectRedis({ REDIS_URL: redis.url });
    await client.config('SET', 'appendfsync', 'everysec');
    expect(await durabilityWarnings(client)).toEqual([expect.stringContaining('everysec')]);
    await client.config('SET', 'appendonly', 'no', 'maxmemory-policy', 'allkeys-lru');
    expect(await durabilityWarnings(client)).toEqual([
      expect.stringContaining('appendonly is off'),
      expect.stringContaining('allkeys-lru'),
    ]);
    await client.config(
      'SET',
      'appendonly',
      'yes',
      'appendfsync',
      'always',
      'maxmemory-policy',
      'noeviction',
    );
  });

  it('nobody knows while it is paused, the replay does when it goes on; and when it is down nothing was issued', async () => {
    const terms = await room.coupon(10);
    const strategy = await open({ REDIS_URL: redis.url, REDIS_COMMAND_MS: '300' });
    await claim(strategy, terms, user());
    const id = newId();
    redis.pause();
    const beganMs = Date.now();
    expect(await outcome(claim(strategy, terms, user(), id))).toBe('indeterminate');
    expect(Date.now() - beganMs).toBeLessThan(1_000);
    redis.resume();
    await sleep(300);
    expect(['DuplicateClaim', 'granted']).toContain(
      await outcome(claim(strategy, terms, user(), id)),
    );
    await redis.kill();
    await sleep(100);
    expect(await outcome(claim(strategy, terms, user()))).toBe('unavailable');
    await redis.restart();
    await sleep(1_500);
    expect(await claim(strategy, terms, user())).toMatchObject({ ordinal: 3 });
    await strategy[Symbol.asyncDispose]();
    expect(await settled(terms)).toEqual({ left: 7, ordinals: [1, 2, 3] });
  });
});
