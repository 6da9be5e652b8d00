import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RequestDeadline } from '@coupon/application';
import { couponId } from '@coupon/domain';
import { sql } from 'kysely';
import { MysqlCatalog, runTransaction, type Mysql } from '../src/index.js';
import { clock, openMysqlFixture, type MysqlFixture } from './mysql-fixture.js';

const env = { MYSQL_TRANSACTION_MAX_MS: '1000' };
const POOL_MAX = 10;

let fixture: MysqlFixture;
beforeAll(async () => {
  fixture = await openMysqlFixture('silent');
}, 60_000);
afterAll(async () => fixture[Symbol.asyncDispose]());

const select = async (over: Mysql, waitMs = 20_000): Promise<string> => {
  using deadline = new RequestDeadline(clock, waitMs);
  return await runTransaction(
    over,
    async (transaction) => {
      await sql`SELECT 1`.execute(transaction);
      return 'done';
    },
    deadline,
  );
};
/** A pool whose connections are all open, through the proxy. */
const openFullPool = async (): Promise<Mysql> => {
  const over = fixture.open(env, fixture.proxy.port);
  await Promise.all(
    Array.from({ length: POOL_MAX }, () => sql`SELECT SLEEP(0.1)`.execute(over.db)),
  );
  return over;
};
/** How long `work` takes to settle, in milliseconds. */
const settledAfter = async (work: PromiseLike<unknown>): Promise<number> => {
  const startMs = performance.now();
  await Promise.race([Promise.allSettled([work]), sleep(15_000, undefined, { ref: false })]);
  return performance.now() - startMs;
};

describe('a host that falls silent, without closing its connections', () => {
  it('costs the crowd in flight one limit; then new connections serve', async () => {
    const over = await openFullPool();
    fixture.proxy.silence();
    const crowd = Array.from({ length: 3 * POOL_MAX }, () =>
      select(over).catch((error: unknown) => error),
    );
    const took = await settledAfter(Promise.all(crowd));
    expect(took).toBeLessThan(5_000);
    expect(await Promise.all(crowd)).toContain('done');
    expect(await select(over)).toBe('done');
  }, 30_000);

  it('costs a single client one limit, not one for each connection of the pool', async () => {
    const over = await openFullPool();
    fixture.proxy.silence();
    await expect(select(over)).rejects.toMatchObject({ kind: 'unavailable' });
    await sleep(500);
    for (let n = 0; n < POOL_MAX; n += 1) expect(await select(over)).toBe('done');
  }, 30_000);

  it('is noticed by lookups and readiness too, and a second time', async () => {
    const over = await openFullPool();
    const catalog = new MysqlCatalog(over);
    for (const loss of ['first', 'second']) {
      fixture.proxy.silence();
      const waiting = [catalog.find(couponId(1)), catalog.page(null, 1), over.ping()];
      expect(await settledAfter(Promise.allSettled(waiting))).toBeLessThan(5_000);
      expect([loss, await catalog.find(couponId(1))]).toEqual([loss, null]);
      await over.ping();
    }
  }, 30_000);

  it('does not keep the pool from closing', async () => {
    const over = await openFullPool();
    fixture.proxy.silence();
    const lost = select(over).catch((error: unknown) => error);
    expect(await settledAfter(over[Symbol.asyncDispose]())).toBeLessThan(2_000);
    expect(await lost).toMatchObject({ kind: 'unavailable' });
  }, 30_000);
});
