import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import type { Terms } from '@coupon/domain';
import { claim, outcomeOf, rush, strategyFixture, upTo } from './fixture.js';

const fixture = strategyFixture();

const unitsLeft = async (terms: Terms) =>
  (
    await fixture.mysql.db
      .selectFrom('coupon_units')
      .select('unit')
      .where('coupon_id', '=', terms.couponId)
      .execute()
  ).map(({ unit }) => unit);

describe('mysql-skip-locked', () => {
  /** Takes the last unit in hand, as a claim that is not over yet does. */
  const inHand = async () => {
    const terms = await fixture.coupon(2);
    const strategy = await fixture.open('mysql-skip-locked');
    await claim(strategy, terms, fixture.user);
    const other = await fixture.mysql.db.startTransaction().execute();
    await other
      .selectFrom('coupon_units')
      .select('unit')
      .where('coupon_id', '=', terms.couponId)
      .forUpdate()
      .execute();
    return { terms, strategy, other };
  };

  it('does not call sold out what another claim holds, and gets it if that fails', async () => {
    const { terms, strategy, other } = await inHand();
    const told = claim(strategy, terms, fixture.user);
    await sleep(150);
    await other.rollback().execute();
    expect(await told).toMatchObject({ kind: 'granted', ordinal: 2 });
    expect(await claim(strategy, terms, fixture.user)).toMatchObject({ refusal: 'SOLD_OUT' });
  });

  it('says contended, not sold out, when the deadline comes first', async () => {
    const { terms, strategy, other } = await inHand();
    const beganMs = performance.now();
    expect(await outcomeOf(claim(strategy, terms, fixture.user, undefined, 300))).toBe('contended');
    expect(performance.now() - beganMs).toBeLessThan(1_000);
    await other.rollback().execute();
    expect(await unitsLeft(terms)).toEqual([2]);
  });

  it('lays out every unit once, though two crowds want the next chunk at once', async () => {
    const terms = await fixture.coupon(100);
    const env = { MYSQL_SKIP_LOCKED_CHUNK_MAX: '7' };
    await rush(
      [await fixture.open('mysql-skip-locked', env), await fixture.open('mysql-skip-locked', env)],
      terms,
      fixture.users,
      98,
    );
    const { quantity, rows } = await fixture.rowsOf(terms);
    expect({ quantity, ordinals: rows.map(({ ordinal }) => ordinal) }).toEqual({
      quantity: 2,
      ordinals: upTo(98),
    });
    // 98 is 14 chunks; the last two units are not laid out yet
    expect(await unitsLeft(terms)).toEqual([]);
  }, 60_000);

  it('goes on where rows end that were issued before its time', async () => {
    const terms = await fixture.coupon(6);
    await rush([await fixture.open('mysql-for-update')], terms, fixture.users, 4);
    await rush([await fixture.open('mysql-skip-locked')], terms, fixture.users, 4);
    const { quantity, rows } = await fixture.rowsOf(terms);
    expect({ quantity, ordinals: rows.map(({ ordinal }) => ordinal) }).toEqual({
      quantity: 0,
      ordinals: upTo(6),
    });
  });
});
