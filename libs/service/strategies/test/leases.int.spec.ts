import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  ConfigFaults,
  NoVerdict,
  RequestDeadline,
  type IssuanceStrategy,
} from '@coupon/application';
import { claimId, type Terms, type UserId } from '@coupon/domain';
import { tryLease } from '@coupon/redis';
import type { StockStore } from '@coupon/concurrency';
import { pluginNamed, type Resources } from '../src/index.js';
import { benchRoom, claim, type BenchRoom } from './bench-room.js';

let room: BenchRoom;
let user: UserId;
beforeAll(async () => {
  room = await benchRoom();
  const [first] = room.users;
  if (first === undefined) throw new Error('the room has users');
  user = first;
}, 60_000);
afterAll(async () => room[Symbol.asyncDispose]());

const keyOf = (terms: Terms) => `{coupon:${terms.couponId}}:lock`;
const openWith = (name: string, changed: Partial<Resources>, env = {}) =>
  pluginNamed(name).configure(env)({ ...room.resources, ...changed });
const outcomeOf = (told: Promise<{ readonly kind: string }>) =>
  told.then(
    (verdict) => verdict.kind,
    (error: unknown) => (error instanceof NoVerdict ? error.kind : error),
  );

describe.each(['redis-spin-lock', 'redis-pubsub-lock', 'redis-queue-lock'])('%s', (name) => {
  const prefix = name.toUpperCase().replaceAll('-', '_');

  it('says unavailable, not contended, when Redis goes away', async () => {
    const terms = await room.coupon(1);
    const client = room.redis.client.duplicate();
    await client.connect();
    await using strategy = await openWith(name, {
      redis: () => Promise.resolve({ ...room.redis, client }),
    });
    client.disconnect();
    await expect(claim(strategy, terms, user)).rejects.toMatchObject({ kind: 'unavailable' });
    expect(await room.books(terms)).toMatchObject({ rows: [] });
  });

  it('waits no longer than its deadline for a lock that another process has, and leaves it alone', async () => {
    const terms = await room.coupon(1);
    const holder = await tryLease(room.redis, room.resources.clock, keyOf(terms), 10_000);
    const strategy = await room.open(name);
    const beganMs = Date.now();
    await expect(claim(strategy, terms, user, undefined, 300)).rejects.toMatchObject({
      kind: 'contended',
    });
    expect(Date.now() - beganMs).toBeLessThan(2_000);
    expect(await room.books(terms)).toMatchObject({ rows: [] });
    expect(await holder?.release()).toBe(true);
  });

  it('refuses a lease that is no longer than a transaction may take, by the name of its variable', async () => {
    const opening = room.open(name, { [`${prefix}_LEASE_MS`]: '4000' });
    await expect(opening).rejects.toBeInstanceOf(ConfigFaults);
    await expect(opening).rejects.toThrow(
      `${prefix}_LEASE_MS=4000: must be more than MYSQL_TRANSACTION_MAX_MS (4000)`,
    );
  });

  it('notices before COMMIT that its lease is over: nothing is issued', async () => {
    const terms = await room.coupon(1);
    const countedBefore = room.counted.length;
    let aheadMs = 0;
    const strategy = await room.open(name, {}, { nowMs: () => Date.now() + aheadMs });
    const blocker = await room.mysql.db.startTransaction().execute();
    await blocker
      .updateTable('coupons')
      .set({ name: 'held' })
      .where('id', '=', terms.couponId)
      .execute();
    const told = outcomeOf(claim(strategy, terms, user));
    await sleep(200);
    aheadMs = 6_000; // longer than the lease of 5 s
    await blocker.rollback().execute();
    expect(await told).toBe('lease-lost');
    expect(await room.books(terms)).toMatchObject({ quantity: 1, rows: [] });
    expect(room.counted.slice(countedBefore)).toEqual(['lease_lost']);
  });

  it('does not free the lock while a COMMIT without an answer may still be under way', async () => {
    const terms = await room.coupon(2);
    const { stockStore: books } = room.resources;
    let transactions = 0;
    const firstLost: StockStore = {
      transactionMaxMs: 400,
      transactionsMax: 1,
      async inTransaction(...asked) {
        if ((transactions += 1) > 1) return books.inTransaction(...asked);
        await sleep(50);
        throw new NoVerdict('indeterminate', 'the answer to COMMIT was lost');
      },
    };
    const leaseMs = 600;
    await using unlucky = await openWith(
      name,
      { stockStore: firstLost },
      { [`${prefix}_LEASE_MS`]: String(leaseMs) },
    );
    const beganMs = Date.now();
    const waiting = async (strategy: IssuanceStrategy) => {
      expect(await claim(strategy, terms, user)).toMatchObject({ kind: 'granted' });
      expect(Date.now() - beganMs).toBeGreaterThanOrEqual(leaseMs - 10);
    };
    const first = claim(unlucky, terms, user);
    const others = [waiting(unlucky), sleep(20).then(async () => waiting(await room.open(name)))];
    await expect(first).rejects.toMatchObject({ kind: 'indeterminate' });
    await Promise.all(others);
  });

  it.each([
    ['false', 'granted', 2],
    ['true', 'lease-lost', 1],
  ])(
    'a holder that reads, is overtaken and then writes: fenced=%s ends in %s',
    async (fenced, outcome, rowsAfter) => {
      const terms = await room.coupon(1);
      const overtaken = overtakenBetweenReadAndWrite(terms, await room.open(name));
      await using slow = await openWith(
        name,
        { stockStore: overtaken },
        { [`${prefix}_FENCED`]: fenced },
      );
      expect(await outcomeOf(claim(slow, terms, user))).toBe(outcome);
      expect((await room.books(terms)).rows).toHaveLength(rowsAfter);
    },
  );
});

/**
 * The books, but the first holder's lease ends right after its read, and `quick` takes the coupon
 * before it writes.
 */
function overtakenBetweenReadAndWrite(terms: Terms, quick: IssuanceStrategy): StockStore {
  const { stockStore: books } = room.resources;
  return {
    ...books,
    inTransaction: (mode, work, deadline) =>
      books.inTransaction(
        mode,
        (ledger) =>
          work({
            async read(...asked) {
              const seen = await ledger.read(...asked);
              await room.redis.client.del(keyOf(terms));
              using other = new RequestDeadline({ nowMs: () => Date.now() }, 3_000);
              await quick.issue({ id: claimId(randomUUID()), terms, user }, other);
              return seen;
            },
            record: (grants) => ledger.record(grants),
          }),
        deadline,
      ),
  };
}
