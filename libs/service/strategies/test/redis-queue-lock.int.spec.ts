import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, jest } from '@jest/globals';
import { Redis } from 'ioredis';
import { NoVerdict } from '@coupon/application';
import { claimId } from '@coupon/domain';
import { FairLock } from '@coupon/redis';
import { claim, clock, lockKeyOf, rush, strategyFixture } from './fixture.js';

const fixture = strategyFixture();

const processLock = (leaseMs = 5_000, waiterTtlMs = 300) =>
  new FairLock(fixture.redis, clock, { leaseMs, waiterTtlMs });

describe('a turn', () => {
  it('goes to those refused in the order of asking, even from the one who had it', async () => {
    const key = `{${randomUUID()}}:lock`;
    const a = processLock();
    const b = processLock();
    const c = processLock();
    const first = await a.take(key);
    expect(await b.take(key)).toBeNull();
    await sleep(5);
    expect(await c.take(key)).toBeNull();
    await sleep(5);
    expect(await b.take(key)).toBeNull(); // asking again does not lose its place
    expect(await first?.release()).toBe(true);
    expect([await a.take(key), await c.take(key)]).toEqual([null, null]);
    const second = await b.take(key);
    expect(await second?.release()).toBe(true);
    expect([await b.take(key), await a.take(key)]).toEqual([null, null]);
    expect(await c.take(key)).not.toBeNull();
  });

  it("goes in the same order though Redis's clock is set back, and not to the dead", async () => {
    const key = `{${randomUUID()}}:lock`;
    const queueKey = `${key}:line`;
    const HOUR_MS = 3_600_000;
    const a = processLock();
    const b = processLock();
    const dead = processLock(5_000, 100);
    const first = await a.take(key);
    expect(await dead.take(key)).toBeNull();
    expect(await b.take(key)).toBeNull();
    // What a clock that was set back by an hour since finds: times an hour from now.
    for (const [waiter, times] of Object.entries(await fixture.redis.client.hgetall(queueKey))) {
      const later = times.split(' ').map((time) => Number(time) + HOUR_MS);
      await fixture.redis.client.hset(queueKey, waiter, later.join(' '));
    }
    await first?.release();
    const c = processLock();
    for (let tries = 0; tries < 8; tries += 1) {
      expect(await c.take(key)).toBeNull(); // the dead one is first, then b
      const turn = await b.take(key);
      if (turn !== null) {
        await turn.release();
        break;
      }
      await sleep(60);
    }
    expect(await c.take(key)).not.toBeNull();
  });

  it('is not kept for one who does not ask again', async () => {
    const key = `{${randomUUID()}}:lock`;
    const a = processLock();
    const gone = processLock(5_000, 100);
    const c = processLock();
    const first = await a.take(key);
    await gone.take(key);
    await sleep(50);
    await c.take(key);
    await sleep(100);
    await first?.release();
    expect(await c.take(key)).not.toBeNull();
  });

  it('does not end for one who does not ask again', async () => {
    const key = `{${randomUUID()}}:lock`;
    const first = await processLock().take(key);
    await processLock(5_000, 100).take(key);
    await sleep(150);
    expect(await first?.renew()).toMatchObject({ key });
  });

  it('goes on with a new lease if nobody waits, and is given up if somebody does', async () => {
    const key = `{${randomUUID()}}:lock`;
    const a = processLock(600);
    const b = processLock();
    const first = await a.take(key);
    await sleep(400);
    const renewed = await first?.renew();
    if (typeof renewed !== 'object') throw new Error('nobody waits');
    await sleep(400);
    expect(await b.take(key)).toBeNull();
    expect(await renewed.renew()).toBe('given-up');
    expect(await b.take(key)).not.toBeNull();
  });

  it('that ran out can neither be renewed nor released', async () => {
    const key = `{${randomUUID()}}:lock`;
    const late = await processLock(50).take(key);
    await sleep(80);
    expect(await processLock().take(key)).not.toBeNull();
    expect(await late?.renew()).toBe('lost');
    expect(await late?.release()).toBe(false);
    expect(await processLock().take(key)).toBeNull();
  });
});

describe('redis-queue-lock', () => {
  it('grants in the order of arrival, and asks Redis once in a turn', async () => {
    const everyClient = Redis.prototype;
    const sent = jest.spyOn(everyClient, 'sendCommand'); // which a client keeps when it is opened
    const strategy = await fixture.open('redis-queue-lock', { REDIS_QUEUE_LOCK_LEASE_MS: '60000' });
    const verdicts = await rush([strategy], await fixture.coupon(40), fixture.users, 40);
    expect(
      verdicts.map((verdict) =>
        verdict instanceof Error ? verdict : verdict.kind === 'granted' && verdict.ordinal,
      ),
    ).toEqual(Array.from({ length: 40 }, (_, n) => n + 1));
    const scripts = sent.mock.calls.filter(([command]) => command.name.startsWith('eval'));
    expect(scripts).toHaveLength(2); // taken, released
    sent.mockClear(); // not restored: the clients of the fixture go on with it
  });

  it('gives the lock to another process after its handovers, and back', async () => {
    const terms = await fixture.coupon(1_000);
    const env = { REDIS_QUEUE_LOCK_HANDOVERS_MAX: '4', REDIS_QUEUE_LOCK_RETRY_MS: '40' };
    const processes = [
      await fixture.open('redis-queue-lock', env),
      await fixture.open('redis-queue-lock', env),
    ];
    const owners = new Map<string, number>();
    await Promise.all(
      Array.from({ length: 120 }, async (_, n) => {
        const owner = n % 2;
        const id = claimId(randomUUID());
        const strategy = processes[owner];
        if (strategy !== undefined) await claim(strategy, terms, fixture.user, id);
        owners.set(id, owner);
      }),
    );
    const order = (await fixture.rowsOf(terms)).rows.map((row) => owners.get(row.claim_id));
    // the first turn begins before the other asks
    const bothWaited = order.slice(5, Math.min(order.lastIndexOf(0), order.lastIndexOf(1)) - 5);
    const turns = bothWaited.reduce<number[]>(
      (runs, owner, at) =>
        owner === bothWaited[at - 1]
          ? [...runs.slice(0, -1), (runs.at(-1) ?? 0) + 1]
          : [...runs, 1],
      [],
    );
    expect(turns.length).toBeGreaterThan(8);
    expect(Math.max(...turns)).toBeLessThanOrEqual(5); // who took it, and four it was handed to
  }, 60_000);

  it('alone, it keeps the lock beyond its handovers and its first lease', async () => {
    const terms = await fixture.coupon(10_000);
    const countedBefore = fixture.counted.length;
    const strategy = await fixture.open('redis-queue-lock', {
      REDIS_QUEUE_LOCK_HANDOVERS_MAX: '100000',
      REDIS_QUEUE_LOCK_LEASE_MS: '1200',
      MYSQL_TRANSACTION_MAX_MS: '1000',
    });
    const beganMs = clock.monotonicMs();
    let granted = 0;
    while (clock.monotonicMs() - beganMs < 2_000) {
      const verdicts = await rush([strategy], terms, fixture.users, 100);
      granted += verdicts.filter(
        (verdict) => !(verdict instanceof NoVerdict) && verdict.kind === 'granted',
      ).length;
      expect(verdicts.filter((verdict) => verdict instanceof NoVerdict)).toEqual([]);
    }
    expect((await fixture.rowsOf(terms)).quantity).toBe(10_000 - granted);
    expect(fixture.counted.slice(countedBefore)).toEqual([]);
  }, 60_000);

  it('in a line that does not end, no claim comes too late for its COMMIT: the turn is renewed before', async () => {
    const terms = await fixture.coupon(10_000);
    const countedBefore = fixture.counted.length;
    const strategy = await fixture.open('redis-queue-lock', {
      REDIS_QUEUE_LOCK_HANDOVERS_MAX: '100000',
      REDIS_QUEUE_LOCK_LEASE_MS: '4500', // of which the last 3 s are for a COMMIT that is late
      MYSQL_TRANSACTION_MAX_MS: '1000',
    });
    const untilMs = clock.monotonicMs() + 3_000;
    const askOn = async (): Promise<void> => {
      while (clock.monotonicMs() < untilMs) await claim(strategy, terms, fixture.user);
    };
    await Promise.all(Array.from({ length: 10 }, askOn));
    expect(fixture.counted.slice(countedBefore)).toEqual([]);
  }, 60_000);

  it('a turn that was lost is told once, and the line goes on with a new one', async () => {
    const terms = await fixture.coupon(100);
    const countedBefore = fixture.counted.length;
    const strategy = await fixture.open('redis-queue-lock', {
      REDIS_QUEUE_LOCK_HANDOVERS_MAX: '0',
    });
    const blocker = await fixture.mysql.db.startTransaction().execute();
    await blocker
      .updateTable('coupons')
      .set({ name: 'held' })
      .where('id', '=', terms.couponId)
      .execute();
    const all = rush([strategy], terms, fixture.users, 5);
    await sleep(200);
    await fixture.redis.client.del(lockKeyOf(terms));
    await blocker.rollback().execute();
    expect((await all).map((verdict) => verdict instanceof Error || verdict.kind)).toEqual(
      Array.from({ length: 5 }, () => 'granted'),
    );
    expect(fixture.counted.slice(countedBefore)).toEqual(['lease_lost']);
    expect(await fixture.redis.client.exists(lockKeyOf(terms))).toBe(0);
  });
});
