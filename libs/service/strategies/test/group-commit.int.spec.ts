import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { allGuarantees, ConfigFaults } from '@coupon/application';
import { claimId, userId, type Terms } from '@coupon/domain';
import { groupCommit } from '../src/group-commit/group-commit.js';
import { pluginNamed } from '../src/index.js';
import { defineSection } from '../src/plugin.js';
import { claim, outcomeOf, rush, strategyFixture } from './fixture.js';

const fixture = strategyFixture();

const user = (n = 0) => fixture.users[n] ?? userId(1);

/** Holds the coupon's row, so that claims gather; calling it lets go. */
const holdRow = async (terms: Terms) => {
  const blocker = await fixture.mysql.db.startTransaction().execute();
  await blocker
    .updateTable('coupons')
    .set({ name: 'held' })
    .where('id', '=', terms.couponId)
    .execute();
  return () => blocker.rollback().execute();
};

describe('group-commit', () => {
  it('answers a crowd with few transactions: the version goes up once for each', async () => {
    const terms = await fixture.coupon(500);
    const told = await rush([await fixture.open('group-commit')], terms, fixture.users, 400);
    expect(told.every((verdict) => !(verdict instanceof Error) && verdict.kind === 'granted')).toBe(
      true,
    );
    const { version } = await fixture.mysql.db
      .selectFrom('coupons')
      .select('version')
      .where('id', '=', terms.couponId)
      .executeTakeFirstOrThrow();
    // 1, then 200 and 199; one more where the first was quick
    expect(version).toBeLessThanOrEqual(4);
  });

  it('a replay, an unknown user and a refused one leave the rest of a batch alone', async () => {
    const terms = await fixture.coupon(100, 2);
    const strategy = await fixture.open('group-commit', { GROUP_COMMIT_FLIGHTS_MAX: '1' });
    const old = claimId(randomUUID());
    await claim(strategy, terms, user(0), old);
    const letGo = await holdRow(terms);
    // waits for the row, so the others gather behind it
    const first = outcomeOf(claim(strategy, terms, user(1)));
    await sleep(50);
    const told = [
      claim(strategy, terms, user(2)),
      claim(strategy, terms, user(0), old),
      claim(strategy, terms, userId(4_000_000_000)),
      claim(strategy, terms, user(1)),
      claim(strategy, terms, user(1)),
      claim(strategy, terms, user(3)),
    ].map(outcomeOf);
    await letGo();
    expect([await first, ...(await Promise.all(told))]).toEqual([
      'granted',
      'granted',
      'DuplicateClaim',
      'inconsistent',
      'granted',
      'refused',
      'granted',
    ]);
    const { quantity, rows } = await fixture.rowsOf(terms);
    expect(rows.map(({ ordinal }) => ordinal)).toEqual([1, 2, 3, 4, 5]);
    expect(quantity).toBe(95);
  });

  it('waits no longer than the deadline, and rejects claims when its queue is full', async () => {
    const terms = await fixture.coupon(10);
    const strategy = await fixture.open('group-commit', {
      GROUP_COMMIT_QUEUE_MAX: '2',
      GROUP_COMMIT_FLIGHTS_MAX: '1',
    });
    const letGo = await holdRow(terms);
    const first = outcomeOf(claim(strategy, terms, user()));
    await sleep(50);
    const beganMs = performance.now();
    const short = [
      outcomeOf(claim(strategy, terms, user(), undefined, 300)),
      outcomeOf(claim(strategy, terms, user(), undefined, 300)),
    ];
    expect(await outcomeOf(claim(strategy, terms, user()))).toBe('unavailable');
    expect(await Promise.all(short)).toEqual(['contended', 'contended']);
    expect(performance.now() - beganMs).toBeLessThan(1_000);
    await letGo();
    expect(await first).toBe('granted');
    expect(await fixture.rowsOf(terms)).toMatchObject({ quantity: 9, rows: [{ ordinal: 1 }] });
  });

  it.each(['redis-spin-lock', 'mysql-for-update'])(
    'settles batches over %s, from two instances with one connection each',
    async (over) => {
      const terms = await fixture.coupon(100, 30);
      const env = { GROUP_COMMIT_OVER: over, MYSQL_POOL_MAX: '1', GROUP_COMMIT_BATCH_MAX: '20' };
      await rush(
        [await fixture.open('group-commit', env), await fixture.open('group-commit', env)],
        terms,
        fixture.users,
        200,
      );
      const { quantity, rows } = await fixture.rowsOf(terms);
      expect({ quantity, ordinals: rows.map(({ ordinal }) => ordinal) }).toEqual({
        quantity: 0,
        ordinals: Array.from({ length: 100 }, (_, n) => n + 1),
      });
      for (const one of fixture.users)
        expect(rows.filter((row) => row.user_id === one).length).toBeLessThanOrEqual(30);
    },
    60_000,
  );

  it('tells what the section below cannot keep', async () => {
    expect(await fixture.open('group-commit')).toMatchObject({ warnings: [] });
    expect(
      await fixture.open('group-commit', { GROUP_COMMIT_OVER: 'redis-spin-lock' }),
    ).toMatchObject({ warnings: [expect.stringContaining('survivesPausedHolder')] });
  });

  it('reports its own faults and those of the section below together', () => {
    const faultsOf = (env: Record<string, string>) => {
      try {
        pluginNamed('group-commit').configure(env);
        return [];
      } catch (error) {
        return error instanceof ConfigFaults
          ? error.faults.map(({ variable }) => variable)
          : ['another error'];
      }
    };
    expect(
      faultsOf({
        GROUP_COMMIT_OVER: 'redis-spin-lock',
        GROUP_COMMIT_BATCH_MAX: '0',
        REDIS_SPIN_LOCK_RETRY_MS: 'soon',
      }).sort(),
    ).toEqual(['GROUP_COMMIT_BATCH_MAX', 'REDIS_SPIN_LOCK_RETRY_MS']);
    expect(faultsOf({ GROUP_COMMIT_OVER: 'group-commit' })).toEqual(['GROUP_COMMIT_OVER']);
  });

  it('passes on what the section that it is over warns of, and its alarms', async () => {
    const section = defineSection({
      name: 'alarmed',
      guarantees: allGuarantees,
      settings: () => undefined,
      section: ({ stockStore }) => ({
        enter: (_terms, work, deadline) => stockStore.inTransaction('lock-row', work, deadline),
        warnings: ['the disk is slow'],
        alarms: () => Promise.resolve(['the disk is full']),
      }),
    });
    const plugin = groupCommit(() => [section]);
    await using strategy = await plugin.configure({ GROUP_COMMIT_OVER: 'alarmed' })(
      fixture.resources,
    );
    expect(strategy.warnings).toEqual(['the disk is slow']);
    expect(await strategy.alarms?.()).toEqual(['the disk is full']);
  });
});
