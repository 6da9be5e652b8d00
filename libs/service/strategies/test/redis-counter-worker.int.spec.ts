import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { openWriteBehindWorker, writeBehindSettings } from '../src/index.js';
import { keysOf, WORKER_LEASE } from '../src/redis-counter/keys.js';
import { withCounterCommands } from '../src/redis-counter/scripts.js';
import { WorkerLease } from '../src/redis-counter/worker-lease.js';
import { rush, steppedClock, upTo } from './fixture.js';
import { counterFixture } from './redis-counter-fixture.js';

const { fixture, open, openIssuing, recorded } = counterFixture();

/** Longer than the lease that makes one worker the active one. */
const AWAY_MS = 2_500;

/**
 * A connection whose worker loses the reply that delivers its first grants, and every reply for
 * `AWAY_MS` after it. `lost` resolves with that reply.
 */
async function connectionWithLostReply() {
  const connection = await fixture.connectRedis();
  const { client } = connection;
  const duplicate = client.duplicate.bind(client);
  let onLost = (): void => undefined;
  const lost = new Promise<void>((resolve) => (onLost = resolve));
  client.duplicate = () => {
    const own = duplicate();
    const read = Reflect.get(own, 'xreadgroup');
    let untilMs: number | undefined;
    Reflect.set(own, 'xreadgroup', async (...args: unknown[]): Promise<unknown> => {
      const reply: unknown = await Reflect.apply(read, own, args);
      if (untilMs === undefined && reply !== null) {
        untilMs = performance.now() + AWAY_MS;
        onLost();
      }
      if (untilMs !== undefined && performance.now() < untilMs)
        throw new Error('Connection is closed.');
      return reply;
    });
    return own;
  };
  return { connection, lost };
}

describe('the write-behind worker', () => {
  it('records what was delivered in a lost reply, also when another worker is active', async () => {
    const terms = await fixture.coupon(100);
    await rush([await openIssuing()], terms, fixture.users, 5);
    const { connection, lost } = await connectionWithLostReply();
    // eslint-disable-next-line @typescript-eslint/no-unused-vars -- it works until the test ends
    await using _worker = await openWriteBehindWorker(
      { ...fixture.resources, redis: () => Promise.resolve(connection) },
      writeBehindSettings({ REDIS_COUNTER_CLAIM_IDLE_MS: '60000' }),
    );
    await lost;
    // a worker that renews its lease, and records nothing
    let renewals = 0;
    const renew = () =>
      fixture.redis.client.set(WORKER_LEASE, `another:${(renewals += 1)}`, 'PX', 60_000);
    await renew();
    const renewing = setInterval(() => void renew(), 100);
    await sleep(AWAY_MS + 1_500);
    clearInterval(renewing);
    const left = await fixture.redis.client.xlen(`{coupon:${terms.couponId}}:grants`);
    await fixture.redis.client.del(WORKER_LEASE);
    expect(left).toBe(0);
    expect(await recorded(terms)).toEqual({ left: 95, ordinals: upTo(5) });
  }, 15_000);

  it('goes on when the clock is set back one hour', async () => {
    const terms = await fixture.coupon(100);
    let aheadMs = 0;
    const stepped = steppedClock(() => aheadMs);
    await using strategy = await fixture.open('redis-counter', {}, stepped);
    await rush([strategy], terms, fixture.users, 1);
    await recorded(terms);
    aheadMs = AWAY_MS; // the lease of before the step has ended
    await rush([strategy], terms, fixture.users, 5);
    expect(await recorded(terms)).toEqual({ left: 94, ordinals: upTo(6) });
  }, 10_000);

  it('records although Redis keeps the lease of a worker that is gone for an hour', async () => {
    const terms = await fixture.coupon(100);
    await rush([await openIssuing()], terms, fixture.users, 5);
    await fixture.redis.client.set(WORKER_LEASE, 'gone', 'PX', 3_600_000);
    await open();
    expect(await recorded(terms)).toEqual({ left: 95, ordinals: upTo(5) });
  }, 20_000);

  it('records other coupons while another client holds the row of one locked', async () => {
    const held = await fixture.coupon(100);
    const other = await fixture.coupon(100);
    const issuing = await openIssuing();
    await rush([issuing], held, fixture.users, 5);
    await rush([issuing], other, fixture.users, 5);
    await fixture.mysql.db.transaction().execute(async (holder) => {
      const lock = () =>
        holder
          .selectFrom('coupons')
          .select('id')
          .where('id', '=', held.couponId)
          .forUpdate()
          .execute();
      await lock();
      // the server ends a transaction without statements
      const staying = setInterval(() => void lock(), 250);
      try {
        // longer than the test: the write of the held coupon does not give up
        await open({ MYSQL_TRANSACTION_MAX_MS: '60000', REDIS_COUNTER_CLAIM_IDLE_MS: '90000' });
        expect(await recorded(other)).toEqual({ left: 95, ordinals: upTo(5) });
        await rush([issuing], other, fixture.users, 5);
        expect(await recorded(other)).toEqual({ left: 90, ordinals: upTo(10) });
        expect(await fixture.redis.client.xlen(keysOf(held.couponId).grants)).toBe(5);
      } finally {
        clearInterval(staying);
      }
    });
    expect(await recorded(held)).toEqual({ left: 95, ordinals: upTo(5) });
  }, 20_000);
});

describe('the lease of the active worker', () => {
  const LEASE_MS = 60_000;
  const warned: string[] = [];
  let nowMs = 0;
  beforeEach(async () => {
    await fixture.redis.client.del(WORKER_LEASE);
    warned.length = 0;
    nowMs = 0;
  });
  /** Its clock is set by hand, so that nothing here depends on how fast the test runs. */
  const contender = () =>
    new WorkerLease(
      withCounterCommands(fixture.redis.client),
      { monotonicMs: () => nowMs },
      { ...fixture.resources.log, warn: (what) => warned.push(what) },
      LEASE_MS,
    );

  it('stays with a leader that renews it', async () => {
    const leader = contender();
    const follower = contender();
    for (; nowMs < 10 * LEASE_MS; nowMs += LEASE_MS / 4)
      expect([await leader.isHeld(), await follower.isHeld()]).toEqual([true, false]);
    expect(warned).toEqual([]);
  });

  it('is taken from a silent leader, once, after the lease and not before', async () => {
    const leader = contender();
    const first = contender();
    const second = contender();
    expect(await leader.isHeld()).toBe(true);
    await fixture.redis.client.pexpire(WORKER_LEASE, 3_600_000);
    const taken = async (): Promise<readonly boolean[]> => [
      await first.isHeld(),
      await second.isHeld(),
    ];
    expect(await taken()).toEqual([false, false]);
    nowMs = LEASE_MS;
    expect(await taken()).toEqual([false, false]);
    nowMs += 1;
    expect(await taken()).toEqual([true, false]);
    expect(await leader.isHeld()).toBe(false);
    expect(warned).toHaveLength(1);
  });

  it('is free at once when its leader releases it, and no other frees it', async () => {
    const leader = contender();
    const follower = contender();
    expect([await leader.isHeld(), await follower.isHeld()]).toEqual([true, false]);
    await follower.release();
    expect(await follower.isHeld()).toBe(false);
    await leader.release();
    expect(await follower.isHeld()).toBe(true);
  });
});
