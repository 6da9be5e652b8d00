import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RequestDeadline } from '@coupon/application';
import { sql, type Kysely } from 'kysely';
import { runTransaction, type Mysql, type Schema } from '../src/index.js';
import { IDLE_TRANSACTION_MAX_MS } from '../src/mysql.js';
import { lockNameIn, takeNamedLock } from '../src/named-lock.js';
import { clock, openMysqlFixture, type MysqlFixture } from './mysql-fixture.js';

let fixture: MysqlFixture;
beforeAll(async () => {
  fixture = await openMysqlFixture('sessions');
}, 60_000);
afterAll(async () => fixture[Symbol.asyncDispose]());

/** Runs `work` in a transaction under the lock `name`, waiting up to `waitMs`. */
const locked = async <T>(
  over: Mysql,
  name: string,
  work: () => Promise<T>,
  waitMs = 5_000,
): Promise<T> => {
  using deadline = new RequestDeadline(clock, waitMs);
  return await runTransaction(over, work, deadline, { namedLock: name });
};
const connectionId = async (db: Kysely<Schema>) =>
  (await sql<{ id: number }>`SELECT CONNECTION_ID() AS id`.execute(db)).rows[0]?.id;
const isFree = async (name: string) =>
  (
    await sql<{
      free: number;
    }>`SELECT IS_FREE_LOCK(${lockNameIn(fixture.url, name)}) AS free`.execute(fixture.mysql.db)
  ).rows[0]?.free === 1;

/** Takes the lock `name` on another connection; calling the result releases it. */
const holding = async (name: string) => {
  let unlock = (): void => undefined;
  const until = new Promise<void>((resolve) => (unlock = resolve));
  let entered = (): void => undefined;
  const inside = new Promise<void>((resolve) => (entered = resolve));
  const done = locked(fixture.mysql, name, () => {
    entered();
    return until;
  });
  await inside;
  return async () => {
    unlock();
    await done;
  };
};

describe('a named lock', () => {
  it('has a name of its own in each database, and never one that is too long', () => {
    const names = ['mysql://u:p@h:1/a', 'mysql://u:p@h:1/b'].map((database) =>
      lockNameIn(database, 'coupon:7'),
    );
    expect(names).toEqual(['a:coupon:7', 'b:coupon:7']);
    const long = ['x', 'y'].map((end) =>
      lockNameIn(`mysql://h/${'d'.repeat(63)}${end}`, 'coupon:7'),
    );
    expect(new Set(long).size).toBe(2);
    for (const name of long) expect(name.length).toBeLessThanOrEqual(64);
  });

  it('is held from before the transaction until after its COMMIT, by one at a time', async () => {
    let inside = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, (inside += 1));
      expect(await isFree('one')).toBe(false);
      await sleep(5);
      inside -= 1;
    };
    await Promise.all(Array.from({ length: 12 }, () => locked(fixture.mysql, 'one', work)));
    expect(most).toBe(1);
    expect(await isFree('one')).toBe(true);
  });

  it('is released after work that fails', async () => {
    await expect(
      locked(fixture.mysql, 'failing', () => Promise.reject(new Error('work'))),
    ).rejects.toThrow('work');
    expect(await isFree('failing')).toBe(true);
  });

  it('may be waited for longer than a statement or a transaction may take', async () => {
    const unlock = await holding('slow');
    const hasty = fixture.open({ MYSQL_TRANSACTION_MAX_MS: '300' });
    const waiting = locked(hasty, 'slow', () => Promise.resolve('in'));
    await sleep(900);
    await unlock();
    expect(await waiting).toBe('in');
  });

  it('is waited for until the deadline, not to the full second, then contended', async () => {
    const unlock = await holding('held');
    const startMs = clock.monotonicMs();
    let ran = false;
    await expect(
      locked(fixture.mysql, 'held', () => Promise.resolve((ran = true)), 350),
    ).rejects.toMatchObject({ kind: 'contended' });
    expect(clock.monotonicMs() - startMs).toBeLessThan(900);
    await unlock();
    expect(ran).toBe(false);
    expect(await isFree('held')).toBe(true);
  });

  it('needs no second connection', async () => {
    const single = fixture.open({ MYSQL_POOL_MAX: '1' });
    expect(
      await Promise.all([1, 2, 3].map((n) => locked(single, 'single', () => Promise.resolve(n)))),
    ).toEqual([1, 2, 3]);
  });

  it('is free again soon after its holder fell silent between GET_LOCK and BEGIN', async () => {
    const silent = fixture.open({ MYSQL_POOL_MAX: '1' });
    await silent.db.connection().execute(async (connection) => {
      await using lock = await takeNamedLock(connection, lockNameIn(fixture.url, 'silent'), {
        waitMs: 100,
        statementMs: 100,
      });
      expect(lock).toBeDefined();
      expect(await isFree('silent')).toBe(false);
      const untilMs = clock.monotonicMs() + 5 * IDLE_TRANSACTION_MAX_MS;
      while (!(await isFree('silent')) && clock.monotonicMs() < untilMs) await sleep(100);
      expect(await isFree('silent')).toBe(true);
    });
  });

  it('leaves its connection with the usual patience of the server', async () => {
    const single = fixture.open({ MYSQL_POOL_MAX: '1' });
    const patience = async () =>
      (await sql`SELECT @@session.wait_timeout = @@global.wait_timeout AS same`.execute(single.db))
        .rows;
    await locked(single, 'patient', () => Promise.resolve());
    expect(await patience()).toEqual([{ same: 1 }]);
    const unlock = await holding('impatient');
    await expect(locked(single, 'impatient', () => Promise.resolve(), 50)).rejects.toMatchObject({
      kind: 'contended',
    });
    await unlock();
    expect(await patience()).toEqual([{ same: 1 }]);
  });

  it('does not go back into the pool with a connection that failed to release it', async () => {
    const single = fixture.open({ MYSQL_POOL_MAX: '1' });
    const before = await connectionId(single.db);
    await single.db.connection().execute(async (connection) => {
      await using lock = await takeNamedLock(connection, lockNameIn(fixture.url, 'gone'), {
        waitMs: 100,
        statementMs: 100,
      });
      expect(lock).toBeDefined();
      expect(await connectionId(connection)).toBe(before);
      // now the release answers that there was nothing to release
      await sql`DO RELEASE_LOCK(${lockNameIn(fixture.url, 'gone')})`.execute(connection);
    });
    await sleep(100);
    expect(await connectionId(single.db)).not.toBe(before);
  });

  it('falls with its connection, and leaves what was committed as it is', async () => {
    const over = fixture.open({ MYSQL_POOL_MAX: '1' }, fixture.proxy.port);
    fixture.proxy.cutAt('release_lock', 'before');
    expect(await locked(over, 'cut', () => Promise.resolve('committed'))).toBe('committed');
    await sleep(100);
    expect(await isFree('cut')).toBe(true);
    expect(await locked(over, 'cut', () => Promise.resolve('again'))).toBe('again');
  });

  it('a lost connection while waiting for it means unavailable', async () => {
    const over = fixture.open({}, fixture.proxy.port);
    fixture.proxy.cutAt('get_lock', 'after');
    await expect(locked(over, 'lost', () => Promise.resolve())).rejects.toMatchObject({
      kind: 'unavailable',
    });
    await sleep(100);
    expect(await isFree('lost')).toBe(true);
  });

  it('is released only after a transaction that took too long is really over', async () => {
    const hasty = fixture.open({ MYSQL_TRANSACTION_MAX_MS: '200' });
    let end = (): void => undefined;
    const stuck = new Promise<void>((resolve) => (end = resolve));
    await expect(locked(hasty, 'stuck', () => stuck)).rejects.toMatchObject({
      kind: 'unavailable',
    });
    expect(await isFree('stuck')).toBe(false);
    end();
    await sleep(100);
    expect(await isFree('stuck')).toBe(true);
  });
});

describe('a serializable transaction', () => {
  it('runs at SERIALIZABLE, and the next one on its connection does not', async () => {
    const single = fixture.open({ MYSQL_POOL_MAX: '1' });
    /** Only at SERIALIZABLE does a plain read wait for a row that another transaction writes. */
    const readWaits = async (serializable: boolean) => {
      const blocker = await fixture.mysql.db.startTransaction().execute();
      await blocker
        .insertInto('users')
        .values({ email: `${serializable}@example.org`, password_hash: '', role: 'user' })
        .execute();
      using deadline = new RequestDeadline(clock, 5_000);
      const reading = runTransaction(
        single,
        (transaction) => transaction.selectFrom('users').select('id').execute(),
        deadline,
        serializable ? 'serializable' : 'plain',
      );
      const first = await Promise.race([
        reading.then(() => 'read'),
        sleep(150).then(() => 'waits'),
      ]);
      await blocker.rollback().execute();
      await reading;
      return first === 'waits';
    };
    expect([await readWaits(true), await readWaits(false), await readWaits(true)]).toEqual([
      true,
      false,
      true,
    ]);
  });
});
