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
const room = () => {
  const database = new MemoryDatabase(terms);
  return { database, begin: () => new MemoryTransaction(database) };
};
/** How a promise stands once all that can happen without a commit has happened. */
const now = async (promise: Promise<unknown>): Promise<string> => {
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
  it('a plain read sees what was committed at the first plain read; a locking one and a write see what is committed now', async () => {
    const { begin } = room();
    const [old, writer] = [begin(), begin()];
    expect(await old.readCoupon(null)).toEqual({ quantity: 5, version: 0 });
    await writer.updateCoupon({ quantity: 4, version: 1 });
    expect(await writer.readCoupon(null)).toEqual({ quantity: 4, version: 1 });
    writer.commit();
    expect(await old.readCoupon(null)).toEqual({ quantity: 5, version: 0 });
    expect(await old.updateCoupon({ quantity: 0, version: 9 }, 0)).toBe(0);
    expect(await old.readCoupon('exclusive')).toEqual({ quantity: 4, version: 1 });
    expect(await begin().readCoupon(null)).toEqual({ quantity: 4, version: 1 });
  });

  it('an exclusive read waits for the end of another, and whoever waits comes in the order of arrival', async () => {
    const { begin } = room();
    const [first, second, third] = [begin(), begin(), begin()];
    await first.readCoupon('exclusive');
    const [b, c] = [second.readCoupon('exclusive'), third.readCoupon('shared')];
    expect(await now(b)).toBe('waits');
    first.commit();
    expect([await now(b), await now(c)]).toEqual(['done', 'waits']);
    second.rollback();
    expect(await now(c)).toBe('done');
  });

  it('an INSERT shares the coupon by its foreign key: inserts go together, a write waits for them, and two writers deadlock', async () => {
    const { database, begin } = room();
    const [a, b] = [begin(), begin()];
    await a.insert(grant(1));
    await b.insert(grant(2));
    const writing = a.updateCoupon({ quantity: 4, version: 1 });
    expect(await now(writing)).toBe('waits');
    await expect(b.updateCoupon({ quantity: 4, version: 1 })).rejects.toBeInstanceOf(
      DeadlockVictim,
    );
    expect(b.gone).toBe(true);
    expect(await now(writing)).toBe('done');
    a.commit();
    expect(database.rows).toMatchObject({ remaining: 4, grants: [{ ordinal: 1 }] });
  });

  it('the victim of a deadlock is the one with less to lose', async () => {
    const { begin } = room();
    const [little, much] = [begin(), begin()];
    await little.readCoupon('shared');
    await much.insert(grant(1));
    const writing = little.updateCoupon({ quantity: 4, version: 1 });
    const failing = now(writing);
    const other = much.updateCoupon({ quantity: 4, version: 1 });
    expect(await failing).toBe('DeadlockVictim');
    expect(await now(other)).toBe('done');
  });

  it('an INSERT waits for a writer', async () => {
    const { begin } = room();
    const [writer, inserting] = [begin(), begin()];
    await writer.updateCoupon({ quantity: 4, version: 1 });
    const insert = inserting.insert(grant(1));
    expect(await now(insert)).toBe('waits');
    writer.commit();
    expect(await now(insert)).toBe('done');
  });

  it('knows a claim id once: a second insert waits for the first, and is told when that commits', async () => {
    const { begin } = room();
    const [first, again, later] = [begin(), begin(), begin()];
    await first.insert(grant(1));
    const second = again.insert(grant(1));
    expect(await now(second)).toBe('waits');
    first.commit();
    await expect(second).rejects.toBeInstanceOf(DuplicateClaim);
    again.rollback();
    await expect(later.insert(grant(1))).rejects.toBeInstanceOf(DuplicateClaim);
  });

  it('forgets what was rolled back', async () => {
    const { database, begin } = room();
    const gone = begin();
    await gone.insert(grant(1));
    await gone.updateCoupon({ quantity: 0, version: 7 });
    gone.rollback();
    expect(database.rows).toEqual({ remaining: 5, grants: [] });
  });

  it('counts what a user holds as of the first plain read, and its own grants', async () => {
    const { begin } = room();
    const [reader, writer] = [begin(), begin()];
    const [one, two] = [userId(1), userId(2)];
    expect(reader.heldBy([one])).toEqual(new Map([[one, 0]]));
    await writer.insert(grant(1));
    writer.commit();
    expect(reader.heldBy([one])).toEqual(new Map([[one, 0]]));
    await reader.insert(grant(2));
    expect(reader.heldBy([two])).toEqual(new Map([[two, 1]]));
    expect(begin().heldBy([one])).toEqual(new Map([[one, 1]]));
  });
});
