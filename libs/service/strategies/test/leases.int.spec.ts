import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import {
  ConfigFaults,
  NoVerdict,
  RequestDeadline,
  type IssuanceStrategy,
} from '@coupon/application';
import { claimId, type Terms } from '@coupon/domain';
import { tryLease } from '@coupon/redis';
import type { StockStore } from '@coupon/concurrency';
import { pluginNamed, type Resources } from '../src/index.js';
import {
  chosenStrategy,
  claim,
  clock,
  lockKeyOf,
  outcomeOf,
  steppedClock,
  strategyFixture,
} from './fixture.js';

const fixture = strategyFixture();

const openWith = (name: string, changed: Partial<Resources>, env = {}) =>
  pluginNamed(name).configure(env)({ ...fixture.resources, ...changed });

const chosen = ['redis-spin-lock', 'redis-pubsub-lock', 'redis-queue-lock'].filter(
  (name) => name === chosenStrategy,
);

describe.each(chosen)('%s', (name) => {
  const prefix = name.toUpperCase().replaceAll('-', '_');

  it('says unavailable, not contended, when Redis goes away', async () => {
    const terms = await fixture.coupon(1);
    const client = fixture.redis.client.duplicate();
    await client.connect();
    await using strategy = await openWith(name, {
      redis: () => Promise.resolve({ ...fixture.redis, client }),
    });
    client.disconnect();
    await expect(claim(strategy, terms, fixture.user)).rejects.toMatchObject({
      kind: 'unavailable',
    });
    expect(await fixture.rowsOf(terms)).toMatchObject({ rows: [] });
  });

  it('waits to its deadline for a lock that another process has, and leaves it alone', async () => {
    const terms = await fixture.coupon(1);
    const holder = await tryLease(fixture.redis, fixture.resources.clock, lockKeyOf(terms), 10_000);
    const strategy = await fixture.open(name);
    const beganMs = performance.now();
    await expect(claim(strategy, terms, fixture.user, undefined, 300)).rejects.toMatchObject({
      kind: 'contended',
    });
    expect(performance.now() - beganMs).toBeLessThan(2_000);
    expect(await fixture.rowsOf(terms)).toMatchObject({ rows: [] });
    expect(await holder?.release()).toBe(true);
  });

  it("refuses a lease no longer than a transaction may take, by its variable's name", async () => {
    const opening = fixture.open(name, { [`${prefix}_LEASE_MS`]: '4000' });
    await expect(opening).rejects.toBeInstanceOf(ConfigFaults);
    await expect(opening).rejects.toThrow(
      `${prefix}_LEASE_MS=4000: must be more than MYSQL_TRANSACTION_MAX_MS (4000)`,
    );
  });

  it('notices before COMMIT that its lease is over: nothing is issued', async () => {
    const terms = await fixture.coupon(1);
    const countedBefore = fixture.counted.length;
    let aheadMs = 0;
    const strategy = await fixture.open(
      name,
      {},
      steppedClock(() => aheadMs),
    );
    const blocker = await fixture.mysql.db.startTransaction().execute();
    await blocker
      .updateTable('coupons')
      .set({ name: 'held' })
      .where('id', '=', terms.couponId)
      .execute();
    const told = outcomeOf(claim(strategy, terms, fixture.user));
    await sleep(200);
    aheadMs = 6_000; // longer than the lease of 5 s
    await blocker.rollback().execute();
    expect(await told).toBe('lease-lost');
    expect(await fixture.rowsOf(terms)).toMatchObject({ quantity: 1, rows: [] });
    expect(fixture.counted.slice(countedBefore)).toEqual(['lease_lost']);
  });

  it('does not free the lock while a COMMIT without an answer may still be under way', async () => {
    const terms = await fixture.coupon(2);
    const { stockStore: books } = fixture.resources;
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
    const beganMs = performance.now();
    const waiting = async (strategy: IssuanceStrategy) => {
      expect(await claim(strategy, terms, fixture.user)).toMatchObject({ kind: 'granted' });
      expect(performance.now() - beganMs).toBeGreaterThanOrEqual(leaseMs - 10);
    };
    const first = claim(unlucky, terms, fixture.user);
    const others = [
      waiting(unlucky),
      sleep(20).then(async () => waiting(await fixture.open(name))),
    ];
    await expect(first).rejects.toMatchObject({ kind: 'indeterminate' });
    await Promise.all(others);
  });

  it.each([
    ['false', 'granted', 2],
    ['true', 'lease-lost', 1],
  ])(
    'a holder that reads, is overtaken and then writes: fenced=%s ends in %s',
    async (fenced, outcome, rowsAfter) => {
      const terms = await fixture.coupon(1);
      const overtaken = overtakenBetweenReadAndWrite(terms, await fixture.open(name));
      await using slow = await openWith(
        name,
        { stockStore: overtaken },
        { [`${prefix}_FENCED`]: fenced },
      );
      expect(await outcomeOf(claim(slow, terms, fixture.user))).toBe(outcome);
      expect((await fixture.rowsOf(terms)).rows).toHaveLength(rowsAfter);
    },
  );
});

/**
 * The books, but the first holder's lease ends right after its read, and `quick` takes the coupon
 * before it writes.
 */
function overtakenBetweenReadAndWrite(terms: Terms, quick: IssuanceStrategy): StockStore {
  const { stockStore: books } = fixture.resources;
  return {
    ...books,
    inTransaction: (mode, work, deadline) =>
      books.inTransaction(
        mode,
        (ledger) =>
          work({
            async read(...asked) {
              const seen = await ledger.read(...asked);
              await fixture.redis.client.del(lockKeyOf(terms));
              using other = new RequestDeadline(clock, 3_000);
              await quick.issue({ id: claimId(randomUUID()), terms, user: fixture.user }, other);
              return seen;
            },
            record: (grants) => ledger.record(grants),
          }),
        deadline,
      ),
  };
}
