import { describe, expect, it } from '@jest/globals';
import { DuplicateClaim } from '@coupon/application';
import { couponId, judge, userId, type Granted, type Terms } from '@coupon/domain';
import { claimNumbered } from './memory-runner.js';
import { MemoryDatabase, MemoryTransaction } from './memory-database.js';
import { DeadlockVictim } from './row-locks.js';

const terms: Terms = { couponId: couponId(1), totalQuantity: 5, perUserLimit: null };
const grant = (n: number): Granted[] =>
  judge({ taken: n - 1, held: new Map(), readAtMs: 0 }, [
    { id: claimNumbered(n), terms, user: userId(n) },
  ]).filter((verdict) => verdict.kind === 'granted');
const emptyDatabase = () => {
  const database = new MemoryDatabase(terms);
  return { database, begin: () => new MemoryTransaction(database) };
};
/** The state of a promise once everything that needs no commit has happened. */
const stateOf = async (promise: Promise<unknown>): Promise<string> => {
  const pending = new Promise<string>((resolve) => setImmediate(() => resolve('waits')));
  return Promise.race([
    promise.then(
      () => 'done',
      (error: unknown) => (error instanceof Error ? error.name : 'failed'),
    ),
    pending,
  ]);
};

describe('the database in memory, by the rules of InnoDB', () => {
  it('a plain read sees the commits at the first; locking reads and writes see all', async () => {
    const { begin } = emptyDatabase();
    const old = begin();
    const writer = begin();
    expect(await old.readCoupon(null)).toEqual({ quantity: 5, version: 0 });
    await writer.updateCoupon(() => ({ quantity: 4, version: 1 }));
    expect(await writer.readCoupon(null)).toEqual({ quantity: 4, version: 1 });
    writer.commit();
    expect(await old.readCoupon(null)).toEqual({ quantity: 5, version: 0 });
    expect(await old.updateCoupon(() => ({ quantity: 0, version: 9 }), 0)).toBe(0);
    expect(await old.readCoupon('exclusive')).toEqual({ quantity: 4, version: 1 });
    expect(await begin().readCoupon(null)).toEqual({ quantity: 4, version: 1 });
  });

  it('an exclusive read waits for another transaction; waiters go in their order', async () => {
    const { begin } = emptyDatabase();
    const first = begin();
    const second = begin();
    const third = begin();
    await first.readCoupon('exclusive');
    const b = second.readCoupon('exclusive');
    const c = third.readCoupon('shared');
    expect(await stateOf(b)).toBe('waits');
    first.commit();
    expect([await stateOf(b), await stateOf(c)]).toEqual(['done', 'waits']);
    second.rollback();
    expect(await stateOf(c)).toBe('done');
  });

  it('an INSERT locks its coupon shared: inserts pass, writes wait or deadlock', async () => {
    const { database, begin } = emptyDatabase();
    const a = begin();
    const b = begin();
    await a.insert(grant(1));
    await b.insert(grant(2));
    const writing = a.updateCoupon(() => ({ quantity: 4, version: 1 }));
    expect(await stateOf(writing)).toBe('waits');
    await expect(b.updateCoupon(() => ({ quantity: 4, version: 1 }))).rejects.toBeInstanceOf(
      DeadlockVictim,
    );
    expect(b.gone).toBe(true);
    expect(await stateOf(writing)).toBe('done');
    a.commit();
    expect(database.rows).toMatchObject({ remaining: 4, grants: [{ ordinal: 1 }] });
  });

  it('the victim of a deadlock is the transaction with fewer changes and locks', async () => {
    const { begin } = emptyDatabase();
    const little = begin();
    const much = begin();
    await little.readCoupon('shared');
    await much.insert(grant(1));
    const writing = little.updateCoupon(() => ({ quantity: 4, version: 1 }));
    const failing = stateOf(writing);
    const other = much.updateCoupon(() => ({ quantity: 4, version: 1 }));
    expect(await failing).toBe('DeadlockVictim');
    expect(await stateOf(other)).toBe('done');
  });

  it('an INSERT waits for a writer', async () => {
    const { begin } = emptyDatabase();
    const writer = begin();
    const inserting = begin();
    await writer.updateCoupon(() => ({ quantity: 4, version: 1 }));
    const insert = inserting.insert(grant(1));
    expect(await stateOf(insert)).toBe('waits');
    writer.commit();
    expect(await stateOf(insert)).toBe('done');
  });

  it('holds a claim id once: a second insert waits, and then is a duplicate', async () => {
    const { begin } = emptyDatabase();
    const first = begin();
    const again = begin();
    const later = begin();
    await first.insert(grant(1));
    const second = again.insert(grant(1));
    expect(await stateOf(second)).toBe('waits');
    first.commit();
    await expect(second).rejects.toBeInstanceOf(DuplicateClaim);
    again.rollback();
    await expect(later.insert(grant(1))).rejects.toBeInstanceOf(DuplicateClaim);
  });

  it('discards what was rolled back', async () => {
    const { database, begin } = emptyDatabase();
    const gone = begin();
    await gone.insert(grant(1));
    await gone.updateCoupon(() => ({ quantity: 0, version: 7 }));
    gone.rollback();
    expect(database.rows).toEqual({ remaining: 5, grants: [] });
  });

  it('counts what a user holds as of the first plain read, and its own grants', async () => {
    const { begin } = emptyDatabase();
    const reader = begin();
    const writer = begin();
    const one = userId(1);
    const two = userId(2);
    expect(reader.heldBy([one])).toEqual(new Map([[one, 0]]));
    await writer.insert(grant(1));
    writer.commit();
    expect(reader.heldBy([one])).toEqual(new Map([[one, 0]]));
    await reader.insert(grant(2));
    expect(reader.heldBy([two])).toEqual(new Map([[two, 1]]));
    expect(begin().heldBy([one])).toEqual(new Map([[one, 1]]));
  });
});
