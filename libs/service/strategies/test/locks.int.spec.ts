import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { ConfigFaults, NoVerdict } from '@coupon/application';
import { userId, type Terms } from '@coupon/domain';
import { pluginNamed } from '../src/index.js';
import { chosenStrategy, claim, rush, strategyFixture } from './fixture.js';

const fixture = strategyFixture();

/**
 * What lets one claim in at a time, so that a second one has to wait outside of any transaction,
 * and the shortest line.
 */
const narrow: Readonly<
  Record<string, { readonly one: Record<string, string>; readonly line: string }>
> = {
  'local-mutex': { one: {}, line: 'LOCAL_MUTEX_QUEUE_MAX' },
  'redis-spin-lock': { one: {}, line: 'REDIS_SPIN_LOCK_QUEUE_MAX' },
  'redis-pubsub-lock': { one: {}, line: 'REDIS_PUBSUB_LOCK_QUEUE_MAX' },
  'redis-queue-lock': { one: {}, line: 'REDIS_QUEUE_LOCK_QUEUE_MAX' },
  'mysql-named-lock': {
    one: { MYSQL_NAMED_LOCK_CONNECTIONS_MAX: '1' },
    line: 'MYSQL_NAMED_LOCK_QUEUE_MAX',
  },
  'mysql-optimistic': {
    one: { MYSQL_OPTIMISTIC_TRIERS_MAX: '1' },
    line: 'MYSQL_OPTIMISTIC_QUEUE_MAX',
  },
  'mysql-serializable': {
    one: { MYSQL_SERIALIZABLE_TRIERS_MAX: '1' },
    line: 'MYSQL_SERIALIZABLE_QUEUE_MAX',
  },
};

/** Holds the coupon's row, so that whoever has the strategy's lock stays inside. */
const blockRow = async (terms: Terms) => {
  const blocker = await fixture.mysql.db.startTransaction().execute();
  await blocker
    .updateTable('coupons')
    .set({ name: 'held' })
    .where('id', '=', terms.couponId)
    .execute();
  return () => blocker.rollback().execute();
};

const chosen = Object.entries(narrow).filter(([name]) => name === chosenStrategy);

describe.each(chosen)('%s', (name, { one, line }) => {
  it('is free again after a claim that failed inside', async () => {
    const terms = await fixture.coupon(2);
    const strategy = await fixture.open(name, one);
    await expect(claim(strategy, terms, userId(987_654_321))).rejects.toMatchObject({
      kind: 'inconsistent',
      cause: { errno: 1452 },
    });
    expect(await claim(strategy, terms, fixture.user, undefined, 3_000)).toMatchObject({
      kind: 'granted',
      ordinal: 1,
    });
    expect(
      await claim(await fixture.open(name, one), terms, fixture.user, undefined, 3_000),
    ).toMatchObject({
      ordinal: 2,
    });
  });

  it('a claim whose deadline passes in the queue is contended and holds up nobody', async () => {
    const terms = await fixture.coupon(3);
    const strategy = await fixture.open(name, one);
    const letGo = await blockRow(terms);
    const inside = claim(strategy, terms, fixture.user);
    await sleep(100);
    const beganMs = performance.now();
    const late = claim(strategy, terms, fixture.user, undefined, 300).catch(
      (error: unknown) => error,
    );
    const next = claim(strategy, terms, fixture.user);
    expect(await late).toMatchObject({ kind: 'contended' });
    expect(performance.now() - beganMs).toBeLessThan(2_000);
    await letGo();
    expect([await inside, await next]).toMatchObject([{ ordinal: 1 }, { ordinal: 2 }]);
    expect(await fixture.rowsOf(terms)).toMatchObject({
      quantity: 1,
      rows: [{ ordinal: 1 }, { ordinal: 2 }],
    });
  });

  it('turns claims away as unavailable when the line is full', async () => {
    const terms = await fixture.coupon(3);
    const strategy = await fixture.open(name, { ...one, [line]: '1' });
    const letGo = await blockRow(terms);
    const waiting = [claim(strategy, terms, fixture.user), claim(strategy, terms, fixture.user)];
    await sleep(50);
    await expect(claim(strategy, terms, fixture.user)).rejects.toMatchObject({
      kind: 'unavailable',
    });
    await letGo();
    expect((await Promise.all(waiting)).map((verdict) => verdict.kind)).toEqual([
      'granted',
      'granted',
    ]);
  });

  it('sells out over a single connection to the database', async () => {
    const terms = await fixture.coupon(20);
    const verdicts = await rush(
      [await fixture.open(name, { MYSQL_POOL_MAX: '1' })],
      terms,
      fixture.users,
      40,
    );
    expect(verdicts.filter((verdict) => verdict instanceof NoVerdict)).toEqual([]);
    expect((await fixture.rowsOf(terms)).rows.map((row) => row.ordinal)).toEqual(
      Array.from({ length: 20 }, (_, n) => n + 1),
    );
  });

  it('a crowd before one coupon does not keep claims of another out', async () => {
    const crowded = await fixture.coupon(100);
    const quiet = await fixture.coupon(1);
    const strategy = await fixture.open(name);
    const letGo = await blockRow(crowded);
    const crowd = rush([strategy], crowded, fixture.users, 60);
    await sleep(100);
    expect(await claim(strategy, quiet, fixture.user, undefined, 3_000)).toMatchObject({
      kind: 'granted',
    });
    await letGo();
    expect((await crowd).filter((verdict) => verdict instanceof NoVerdict)).toEqual([]);
  });

  it('names every wrong setting at once', () => {
    const wrong = {
      ...Object.fromEntries(Object.keys(one).map((variable) => [variable, '0'])),
      [line]: 'many',
    };
    let faults: unknown;
    try {
      pluginNamed(name).configure(wrong);
    } catch (error) {
      faults =
        error instanceof ConfigFaults
          ? error.faults.map(({ variable, value }) => [variable, value])
          : error;
    }
    expect(faults).toEqual(expect.arrayContaining(Object.entries(wrong)));
  });
});
