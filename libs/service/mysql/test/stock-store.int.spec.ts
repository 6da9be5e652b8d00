import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DuplicateClaim, NoVerdict, RequestDeadline } from '@coupon/application';
import {
  claimId,
  userId,
  type Claim,
  type ClaimId,
  type Terms,
  type UserId,
  type Verdict,
} from '@coupon/domain';
import { issueWithin, type StockStore, type TransactionMode } from '@coupon/concurrency';
import { sql } from 'kysely';
import {
  mysqlStockStore,
  MysqlCatalog,
  MysqlGrants,
  MysqlUsers,
  type Mysql,
} from '../src/index.js';
import { clock, openMysqlFixture, type MysqlFixture } from './mysql-fixture.js';

let fixture: MysqlFixture;
let user: UserId;
beforeAll(async () => {
  fixture = await openMysqlFixture('stock');
  const added = await new MysqlUsers(fixture.mysql).add('a@example.org', 'hash', 'user');
  user = userId(added?.id ?? 0);
}, 60_000);
afterAll(async () => fixture[Symbol.asyncDispose]());

const issueIn = async (
  store: StockStore | undefined,
  mode: TransactionMode,
  terms: Terms,
  waitMs = 10_000,
  id = claimId(randomUUID()),
): Promise<Verdict> => {
  using deadline = new RequestDeadline(clock, waitMs);
  const claim: Claim = { id, terms, user };
  return await issueWithin({
    async enter(_terms, work, until) {
      if (store === undefined) throw new Error('this store has no pipelined twin');
      return await store.inTransaction(mode, work, until);
    },
  }).issue(claim, deadline);
};

const rowsOf = async (terms: Terms) =>
  (
    await fixture.mysql.db
      .selectFrom('user_coupon')
      .select('claim_id')
      .where('coupon_id', '=', terms.couponId)
      .execute()
  ).length;

/** Locks the coupon's row; calling the result unlocks it. */
const blockRow = async (terms: Terms) => {
  const blocker = await fixture.mysql.db.startTransaction().execute();
  await blocker
    .selectFrom('coupons')
    .select('id')
    .where('id', '=', terms.couponId)
    .forUpdate()
    .execute();
  return () => blocker.rollback().execute();
};

/**
 * Blocks every COMMIT until the result is called. MariaDB's own statement; the nearest elsewhere is
 * FLUSH TABLES WITH READ LOCK.
 */
const blockCommits = () =>
  new Promise<() => Promise<void>>((blocked, failed) => {
    const blocking = fixture.mysql.db.connection().execute(async (session) => {
      for (const stage of ['START', 'FLUSH', 'BLOCK_DDL', 'BLOCK_COMMIT'])
        await sql`BACKUP STAGE ${sql.raw(stage)}`.execute(session);
      await new Promise<void>((unblock) => blocked(() => (unblock(), blocking)));
      await sql`BACKUP STAGE END`.execute(session);
    });
    blocking.catch(failed);
  });

const killBlockedCommit = async (): Promise<void> => {
  for (let tries = 0; tries < 100; tries += 1) {
    const { rows } = await sql<{ id: number }>`
      SELECT id FROM information_schema.processlist WHERE db = DATABASE()
      AND state = 'Waiting for backup lock' AND info LIKE '%commit'`.execute(fixture.mysql.db);
    if (rows[0] !== undefined) {
      await sql`KILL QUERY ${sql.lit(rows[0].id)}`.execute(fixture.mysql.db);
      return;
    }
    await sleep(20);
  }
  throw new Error('no COMMIT is blocked');
};

describe.each([
  ['statement by statement', false],
  ['in two round trips', true],
])('a transaction on the stock, %s', (_name, isPipelined) => {
  const issue = (over: Mysql, terms: Terms, waitMs?: number, id?: ClaimId) => {
    const store = mysqlStockStore(over);
    return issueIn(isPipelined ? store.pipelined : store, 'lock-row', terms, waitMs, id);
  };

  it('records the grant and subtracts it from the quantity', async () => {
    const terms = await fixture.createCoupon();
    expect(await issue(fixture.mysql, terms)).toMatchObject({ kind: 'granted', ordinal: 1 });
    expect(await new MysqlCatalog(fixture.mysql).find(terms.couponId)).toMatchObject({
      quantity: 4,
    });
  });

  it('recognizes a claim that is recorded already, and leaves the quantity alone', async () => {
    const terms = await fixture.createCoupon();
    const id = claimId(randomUUID());
    await issue(fixture.mysql, terms, 1_000, id);
    await expect(issue(fixture.mysql, terms, 1_000, id)).rejects.toEqual(new DuplicateClaim([id]));
    expect(await new MysqlCatalog(fixture.mysql).find(terms.couponId)).toMatchObject({
      quantity: 4,
    });
  });

  it('works with one connection only', async () => {
    const single = fixture.open({ MYSQL_POOL_MAX: '1' });
    const terms = await fixture.createCoupon(20);
    const verdicts = await Promise.all(Array.from({ length: 30 }, () => issue(single, terms)));
    expect(verdicts.filter((verdict) => verdict.kind === 'granted')).toHaveLength(20);
  });

  it('a connection lost before anything is written means unavailable, and no row', async () => {
    const terms = await fixture.createCoupon();
    const over = fixture.open({}, fixture.proxy.port);
    await over.ping();
    fixture.proxy.cutAt('for update', 'before');
    await expect(issue(over, terms)).rejects.toMatchObject({ kind: 'unavailable' });
    expect(await rowsOf(terms)).toBe(0);
  });

  it.each(['before', 'after'] as const)(
    'a connection lost %s the server got COMMIT means indeterminate',
    async (when) => {
      const terms = await fixture.createCoupon();
      const over = fixture.open({}, fixture.proxy.port);
      await over.ping();
      fixture.proxy.cutAt('commit', when);
      await expect(issue(over, terms)).rejects.toMatchObject({ kind: 'indeterminate' });
      await sleep(200);
      expect(await rowsOf(terms)).toBe(when === 'after' ? 1 : 0);
    },
  );

  it('ends a transaction that takes too long: nothing is recorded, also not later', async () => {
    const hasty = fixture.open({ MYSQL_TRANSACTION_MAX_MS: '500' });
    const terms = await fixture.createCoupon();
    const unblock = await blockRow(terms);
    const startMs = clock.monotonicMs();
    await expect(issue(hasty, terms)).rejects.toBeInstanceOf(NoVerdict);
    expect(clock.monotonicMs() - startMs).toBeLessThan(1_500);
    await unblock();
    await sleep(200);
    expect(await rowsOf(terms)).toBe(0);
  });

  it('a claim whose deadline passes before it has a connection never begins', async () => {
    const single = fixture.open({ MYSQL_POOL_MAX: '1' });
    const terms = await fixture.createCoupon();
    const unblock = await blockRow(terms);
    const first = issue(single, terms);
    await expect(issue(single, terms, 200)).rejects.toMatchObject({ kind: 'contended' });
    await unblock();
    expect(await first).toMatchObject({ kind: 'granted', ordinal: 1 });
    expect(await rowsOf(terms)).toBe(1);
  });

  it('rejects claims when too many wait already', async () => {
    const narrow = fixture.open({ MYSQL_POOL_MAX: '1', MYSQL_QUEUE_MAX: '1' });
    const terms = await fixture.createCoupon();
    const unblock = await blockRow(terms);
    const waiting = [issue(narrow, terms), issue(narrow, terms)];
    await expect(issue(narrow, terms)).rejects.toMatchObject({ kind: 'unavailable' });
    await unblock();
    expect(await Promise.all(waiting)).toHaveLength(2);
  });

  it('a COMMIT that the server refuses leaves no row', async () => {
    const terms = await fixture.createCoupon();
    const unblock = await blockCommits();
    const outcome = issue(fixture.mysql, terms).catch((error: unknown) => error);
    await killBlockedCommit();
    await unblock();
    expect(await outcome).toMatchObject({ kind: isPipelined ? 'unavailable' : 'indeterminate' });
    expect(await rowsOf(terms)).toBe(0);
    expect(await issue(fixture.mysql, terms)).toMatchObject({ kind: 'granted', ordinal: 1 });
  });

  it('rejects a mode that only plain JavaScript can pass, naming it', async () => {
    const plain = mysqlStockStore(fixture.mysql);
    const store = isPipelined ? plain.pipelined : plain;
    const given = [{ lockRead: true }, () => Promise.resolve(), new AbortController()];
    await expect(
      Promise.resolve(store && Reflect.apply(store.inTransaction, store, given)),
    ).rejects.toThrow(
      'transaction mode {"lockRead":true} must be one of "plain", "subtract", "lock-row"',
    );
  });

  it('says unavailable when there is no database', async () => {
    const nowhere = fixture.open({ MYSQL_CONNECT_MS: '200' }, 1);
    await expect(nowhere.ping()).rejects.toMatchObject({ kind: 'unavailable' });
    await expect(issue(nowhere, await fixture.createCoupon())).rejects.toMatchObject({
      kind: 'unavailable',
    });
    await expect(new MysqlGrants(nowhere).find(claimId(randomUUID()))).rejects.toMatchObject({
      kind: 'unavailable',
    });
  });
});
