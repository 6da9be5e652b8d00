import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { DuplicateClaim } from '@coupon/application';
import { claimId, userId } from '@coupon/domain';
import { chosenStrategy, claim, outcomeOf, rush, strategyFixture, upTo } from './fixture.js';

const fixture = strategyFixture();

const user = (n = 0) => fixture.users[n] ?? userId(1);

const chosen = ['mysql-conditional-update', 'mysql-skip-locked'].filter(
  (name) => name === chosenStrategy,
);

describe.each(chosen)('%s', (name) => {
  it('with one connection each, two instances issue exactly what there is', async () => {
    const terms = await fixture.coupon(40);
    const env = { MYSQL_POOL_MAX: '1' };
    await rush(
      [await fixture.open(name, env), await fixture.open(name, env)],
      terms,
      fixture.users,
      60,
    );
    const { quantity, rows } = await fixture.rowsOf(terms);
    expect({ quantity, ordinals: rows.map(({ ordinal }) => ordinal) }).toEqual({
      quantity: 0,
      ordinals: upTo(40),
    });
  }, 60_000);

  it('claims by one user are kept within the limit, and a refusal leaves no trace', async () => {
    const terms = await fixture.coupon(100, 2);
    await rush([await fixture.open(name), await fixture.open(name)], terms, [user()], 60);
    const { quantity, rows } = await fixture.rowsOf(terms);
    // Which two numbers is anyone's guess: a claim that looks while the units are being laid out
    // passes over those not committed yet.
    expect({
      quantity,
      numbers: new Set(rows.map(({ ordinal }) => ordinal)).size,
      rows: rows.length,
    }).toEqual({ quantity: 98, numbers: 2, rows: 2 });
    const { version } = await fixture.mysql.db
      .selectFrom('coupons')
      .select('version')
      .where('id', '=', terms.couponId)
      .executeTakeFirstOrThrow();
    expect(version).toBe(2);
  }, 60_000);

  it('what a replay or a user who does not exist took comes back: no number is lost', async () => {
    const terms = await fixture.coupon(3);
    const strategy = await fixture.open(name);
    const id = claimId(randomUUID());
    await claim(strategy, terms, user(), id);
    await expect(claim(strategy, terms, user(), id)).rejects.toBeInstanceOf(DuplicateClaim);
    await expect(claim(strategy, await fixture.coupon(1), user(), id)).rejects.toBeInstanceOf(
      DuplicateClaim,
    );
    await expect(claim(strategy, terms, userId(4_000_000_000))).rejects.toMatchObject({
      kind: 'inconsistent',
      cause: { errno: 1452 },
    });
    await rush([strategy], terms, fixture.users, 5);
    const { quantity, rows } = await fixture.rowsOf(terms);
    expect({ quantity, ordinals: rows.map(({ ordinal }) => ordinal) }).toEqual({
      quantity: 0,
      ordinals: [1, 2, 3],
    });
  });

  it('a claim waiting for a connection obeys its deadline', async () => {
    const terms = await fixture.coupon(10);
    const strategy = await fixture.open(name, { MYSQL_POOL_MAX: '1' });
    const blocker = await fixture.mysql.db.startTransaction().execute();
    await blocker
      .updateTable('coupons')
      .set({ name: 'held' })
      .where('id', '=', terms.couponId)
      .execute();
    const first = outcomeOf(claim(strategy, terms, user()));
    const beganMs = performance.now();
    expect(await outcomeOf(claim(strategy, terms, user(1), undefined, 300))).toBe('contended');
    expect(performance.now() - beganMs).toBeLessThan(1_000);
    await blocker.rollback().execute();
    expect(await first).toBe('granted');
    expect(await fixture.rowsOf(terms)).toMatchObject({ quantity: 9, rows: [{ ordinal: 1 }] });
  });
});
