import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DuplicateClaim, NoVerdict, RequestDeadline } from '@coupon/application';
import {
  claimId,
  couponId,
  userId,
  type Claim,
  type ClaimId,
  type Terms,
  type UserId,
  type Verdict,
} from '@coupon/domain';
import { freshDatabase, provideServices } from '@coupon/services';
import { issueWithin, type StockStore, type TransactionMode } from '@coupon/concurrency';
import { sql } from 'kysely';
import {
  mysqlStockStore,
  migrate,
  MysqlCatalog,
  MysqlGrants,
  mysqlSettings,
  MysqlUsers,
  openMysql,
  type Mysql,
} from '../src/index.js';
import { cuttingProxy, type CuttingProxy } from './cutting-proxy.js';

const clock = { nowMs: () => Date.now() };
const opened: AsyncDisposable[] = [];
const keep = <T extends AsyncDisposable>(resource: T): T => {
  opened.unshift(resource);
  return resource;
};

let url: string;
let mysql: Mysql;
let proxy: CuttingProxy;
let user: UserId;

const open = (env: Record<string, string> = {}, at = url) =>
  keep(openMysql(mysqlSettings({ DATABASE_URL: at, ...env }), clock));

beforeAll(async () => {
  const { database } = keep(await provideServices({ need: ['database'] }));
  ({ url } = keep(await freshDatabase(database, 'mysql')));
  expect(await migrate(url)).toEqual(['0001-initial', '0002-coupon-units']);
  expect(await migrate(url)).toEqual([]);
  proxy = keep(await cuttingProxy(Number(new URL(url).port)));
  mysql = open();
  user = userId((await new MysqlUsers(mysql).add('a@example.org', 'hash', 'user'))?.id ?? 0);
}, 60_000);
afterAll(async () => {
  for (const resource of opened) await resource[Symbol.asyncDispose]();
});

const coupon = async (totalQuantity = 5): Promise<Terms> => {
  const made = await new MysqlCatalog(mysql).create({
    name: '티 tea',
    totalQuantity,
    perUserLimit: null,
    opensAtMs: 0,
    closesAtMs: 4_000_000_000_123,
  });
  return made.coupon.terms;
};

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
    await mysql.db
      .selectFrom('user_coupon')
      .select('claim_id')
      .where('coupon_id', '=', terms.couponId)
      .execute()
  ).length;

/** Holds the coupon's row until told to let go. */
const blockRow = async (terms: Terms) => {
  const blocker = await mysql.db.startTransaction().execute();
  await blocker
    .selectFrom('coupons')
    .select('id')
    .where('id', '=', terms.couponId)
    .forUpdate()
    .execute();
  return () => blocker.rollback().execute();
};

/**
 * Lets no COMMIT through until told to let go. MariaDB's own statement; elsewhere FLUSH TABLES WITH
 * READ LOCK comes nearest.
 */
const blockCommits = () =>
  new Promise<() => Promise<void>>((blocked, failed) => {
    const blocking = mysql.db.connection().execute(async (session) => {
      for (const stage of ['START', 'FLUSH', 'BLOCK_DDL', 'BLOCK_COMMIT'])
        await sql`BACKUP STAGE ${sql.raw(stage)}`.execute(session);
      await new Promise<void>((letGo) => blocked(() => (letGo(), blocking)));
      await sql`BACKUP STAGE END`.execute(session);
    });
    blocking.catch(failed);
  });

const killTheOneThatCommits = async (): Promise<void> => {
  for (let tries = 0; tries < 100; tries += 1) {
    const { rows } = await sql<{
      id: number;
    }>`SELECT id FROM information_schema.processlist WHERE state = 'Waiting for backup lock' AND info LIKE '%commit'`.execute(
      mysql.db,
    );
    if (rows[0] !== undefined)
      return void (await sql`KILL QUERY ${sql.lit(rows[0].id)}`.execute(mysql.db));
    await sleep(20);
  }
  throw new Error('nobody waited to commit');
};

describe.each([
  ['statement by statement', false],
  ['in two round trips', true],
])('a transaction on the stock, %s', (_name, isPipelined) => {
  const issue = (over: Mysql, terms: Terms, waitMs?: number, id?: ClaimId) => {
    const store = mysqlStockStore(over);
    return issueIn(isPipelined ? store.pipelined : store, 'lock-row', terms, waitMs, id);
  };

  it('records the grant and takes it off the quantity', async () => {
    const terms = await coupon();
    expect(await issue(mysql, terms)).toMatchObject({ kind: 'granted', ordinal: 1 });
    expect(await new MysqlCatalog(mysql).find(terms.couponId)).toMatchObject({ quantity: 4 });
  });

  it('knows a claim that stands in the rows, and leaves the quantity alone', async () => {
    const terms = await coupon();
    const id = claimId(randomUUID());
    await issue(mysql, terms, 1_000, id);
    await expect(issue(mysql, terms, 1_000, id)).rejects.toEqual(new DuplicateClaim([id]));
    expect(await new MysqlCatalog(mysql).find(terms.couponId)).toMatchObject({ quantity: 4 });
  });

  it('works with one connection only', async () => {
    const single = open({ MYSQL_POOL_MAX: '1' });
    const terms = await coupon(20);
    const verdicts = await Promise.all(Array.from({ length: 30 }, () => issue(single, terms)));
    expect(verdicts.filter((verdict) => verdict.kind === 'granted')).toHaveLength(20);
  });

  it('a connection lost before anything is written means unavailable, and no row', async () => {
    const terms = await coupon();
    const over = open({}, withPort(proxy.port));
    await over.ping();
    proxy.cutAt('for update', 'before');
    await expect(issue(over, terms)).rejects.toMatchObject({ kind: 'unavailable' });
    expect(await rowsOf(terms)).toBe(0);
  });

  it.each(['before', 'after'] as const)(
    'a connection lost %s the server got COMMIT means indeterminate',
    async (when) => {
      const terms = await coupon();
      const over = open({}, withPort(proxy.port));
      await over.ping();
      proxy.cutAt('commit', when);
      await expect(issue(over, terms)).rejects.toMatchObject({ kind: 'indeterminate' });
      await sleep(200);
      expect(await rowsOf(terms)).toBe(when === 'after' ? 1 : 0);
    },
  );

  it('ends a transaction that takes too long: nothing is recorded, also not later', async () => {
    const hasty = open({ MYSQL_TRANSACTION_MAX_MS: '500' });
    const terms = await coupon();
    const letGo = await blockRow(terms);
    const beganMs = clock.nowMs();
    await expect(issue(hasty, terms)).rejects.toBeInstanceOf(NoVerdict);
    expect(clock.nowMs() - beganMs).toBeLessThan(1_500);
    await letGo();
    await sleep(200);
    expect(await rowsOf(terms)).toBe(0);
  });

  it('a claim whose deadline passes while it waits for a connection is contended, and never begins', async () => {
    const single = open({ MYSQL_POOL_MAX: '1' });
    const terms = await coupon();
    const letGo = await blockRow(terms);
    const first = issue(single, terms);
    await expect(issue(single, terms, 200)).rejects.toMatchObject({ kind: 'contended' });
    await letGo();
    expect(await first).toMatchObject({ kind: 'granted', ordinal: 1 });
    expect(await rowsOf(terms)).toBe(1);
  });

  it('turns claims away when too many wait already', async () => {
    const narrow = open({ MYSQL_POOL_MAX: '1', MYSQL_QUEUE_MAX: '1' });
    const terms = await coupon();
    const letGo = await blockRow(terms);
    const waiting = [issue(narrow, terms), issue(narrow, terms)];
    await expect(issue(narrow, terms)).rejects.toMatchObject({ kind: 'unavailable' });
    await letGo();
    expect(await Promise.all(waiting)).toHaveLength(2);
  });

  it('a COMMIT that the server refuses leaves no row', async () => {
    const terms = await coupon();
    const letGo = await blockCommits();
    const told = issue(mysql, terms).catch((error: unknown) => error);
    await killTheOneThatCommits();
    await letGo();
    expect(await told).toMatchObject({ kind: isPipelined ? 'unavailable' : 'indeterminate' });
    expect(await rowsOf(terms)).toBe(0);
    expect(await issue(mysql, terms)).toMatchObject({ kind: 'granted', ordinal: 1 });
  });

  it('rejects a mode that only plain JavaScript can pass, naming it', async () => {
    const plain = mysqlStockStore(mysql);
    const store = isPipelined ? plain.pipelined : plain;
    const given = [{ lockRead: true }, () => Promise.resolve(), new AbortController()];
    await expect(
      Promise.resolve(store && Reflect.apply(store.inTransaction, store, given)),
    ).rejects.toThrow('transaction mode {"lockRead":true} must be one of "plain", "lock-row"');
  });

  it('says unavailable when there is no database', async () => {
    const nowhere = open({ MYSQL_CONNECT_MS: '200' }, withPort(1));
    await expect(nowhere.ping()).rejects.toMatchObject({ kind: 'unavailable' });
    await expect(issue(nowhere, await coupon())).rejects.toMatchObject({ kind: 'unavailable' });
    await expect(new MysqlGrants(nowhere).find(claimId(randomUUID()))).rejects.toMatchObject({
      kind: 'unavailable',
    });
  });
});

describe('the stores', () => {
  it('give back what was put in, to the millisecond', async () => {
    const terms = await coupon(3);
    const stocked = await new MysqlCatalog(mysql).find(terms.couponId);
    expect(stocked?.coupon.facts).toEqual({
      id: terms.couponId,
      name: '티 tea',
      totalQuantity: 3,
      perUserLimit: null,
      opensAtMs: 0,
      closesAtMs: 4_000_000_000_123,
      paused: false,
    });
    expect(await new MysqlCatalog(mysql).find(couponId(9_999_999))).toBeNull();
    const granted = await issueIn(mysqlStockStore(mysql), 'plain', terms);
    expect(await new MysqlGrants(mysql).find(granted.claim.id)).toMatchObject({
      claimId: granted.claim.id,
      user,
      ordinal: 1,
      ...(granted.kind === 'granted' ? { issuedAtMs: granted.issuedAtMs } : {}),
    });
  });

  it('page by key: every row once, in order', async () => {
    const catalog = new MysqlCatalog(mysql);
    const made = [await coupon(), await coupon(), await coupon()].map((terms) => terms.couponId);
    const [first] = made;
    const before = couponId((first ?? 2) - 1);
    const page = await catalog.page(before, 2);
    const last = page.at(-1)?.coupon.facts.id ?? null;
    const ids = [...page, ...(await catalog.page(last, 2))].map(
      (stocked) => stocked.coupon.facts.id,
    );
    expect(ids).toEqual(made);
  });

  it('know an email once, without regard to case', async () => {
    const users = new MysqlUsers(mysql);
    expect(await users.add('A@Example.org', 'other', 'admin')).toBeNull();
    expect(await users.findByEmail('A@EXAMPLE.ORG')).toMatchObject({
      id: user,
      passwordHash: 'hash',
      role: 'user',
    });
    expect(await users.findByEmail('nobody@example.org')).toBeNull();
  });
});

function withPort(port: number): string {
  const through = new URL(url);
  through.port = String(port);
  return through.href;
}
