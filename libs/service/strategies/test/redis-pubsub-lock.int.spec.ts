import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Redis } from 'ioredis';
import type { Terms } from '@coupon/domain';
import { openReleaseNotifier, tryLease, type ReleaseNotifier } from '@coupon/redis';
import { pluginNamed } from '../src/index.js';
import { claim, clock, rush, strategyFixture } from './fixture.js';

const fixture = strategyFixture();
let news: ReleaseNotifier;
beforeAll(async () => {
  news = await openReleaseNotifier(fixture.redis, fixture.resources.log);
}, 60_000);
afterAll(async () => {
  await news[Symbol.asyncDispose]();
});

const lease = async (terms: Terms, leaseMs: number, channel?: string) => {
  const taken = await tryLease(
    fixture.redis,
    clock,
    `{coupon:${terms.couponId}}:lock`,
    leaseMs,
    channel,
  );
  if (taken === null) throw new Error('nobody else is at this lock');
  return taken;
};

/** How long it takes `waiting` to settle, in milliseconds. */
const lasting = async (waiting: Promise<unknown>): Promise<number> => {
  const beganMs = clock.monotonicMs();
  await waiting;
  return clock.monotonicMs() - beganMs;
};

const patient = { REDIS_PUBSUB_LOCK_REPOLL_MS: '10000' };

describe('redis-pubsub-lock', () => {
  it('is woken by the release, long before it would look again', async () => {
    const terms = await fixture.coupon(1);
    const holder = await lease(terms, 10_000, news.channel);
    const strategy = await fixture.open('redis-pubsub-lock', patient);
    const told = lasting(claim(strategy, terms, fixture.user));
    await sleep(300);
    await holder.release();
    expect(await told).toBeLessThan(3_000);
  });

  it('hears a release that is told after its try and before its wait', async () => {
    const terms = await fixture.coupon(1);
    const holder = await lease(terms, 10_000, news.channel);
    const strategy = await fixture.open('redis-pubsub-lock', patient);
    const everyClient = Redis.prototype;
    const asksForEnd = jest.spyOn(everyClient, 'pttl').mockImplementationOnce(async () => {
      await holder.release();
      await sleep(100);
      return 9_000;
    });
    expect(await lasting(claim(strategy, terms, fixture.user))).toBeLessThan(3_000);
    expect(asksForEnd).toHaveBeenCalledTimes(1);
    asksForEnd.mockRestore();
  });

  it('finds a lock whose release nobody told, after one poll', async () => {
    const terms = await fixture.coupon(1);
    const holder = await lease(terms, 10_000);
    const strategy = await fixture.open('redis-pubsub-lock', {
      REDIS_PUBSUB_LOCK_REPOLL_MS: '400',
    });
    const told = lasting(claim(strategy, terms, fixture.user));
    await sleep(100);
    await holder.release();
    expect(await told).toBeLessThan(3_000);
  });

  it('takes over from a dead holder at the end of its lease, not a poll later', async () => {
    const terms = await fixture.coupon(1);
    await lease(terms, 500);
    const tookMs = await lasting(
      claim(await fixture.open('redis-pubsub-lock', patient), terms, fixture.user),
    );
    expect(tookMs).toBeGreaterThanOrEqual(400);
    expect(tookMs).toBeLessThan(3_000);
  });

  it('one claim of a coupon and process asks Redis, however many wait', async () => {
    const terms = await fixture.coupon(40);
    const holder = await lease(terms, 10_000, news.channel);
    const strategy = await fixture.open('redis-pubsub-lock', patient);
    const everyClient = Redis.prototype;
    const tries = jest.spyOn(everyClient, 'set');
    const all = rush([strategy], terms, fixture.users, 40);
    await sleep(200);
    expect(tries).toHaveBeenCalledTimes(1);
    await holder.release();
    expect(
      (await all).filter((verdict) => !(verdict instanceof Error) && verdict.kind === 'granted'),
    ).toHaveLength(40);
    expect(tries).toHaveBeenCalledTimes(41);
    tries.mockRestore();
  });

  it('goes on without its subscription, polling, and listens again once it is back', async () => {
    const terms = await fixture.coupon(2);
    const strategy = await fixture.open('redis-pubsub-lock', {
      REDIS_PUBSUB_LOCK_REPOLL_MS: '2000',
    });
    const clients = String(await fixture.redis.client.client('LIST'))
      .split('\n')
      .filter((line) => line.includes(`name=${news.channel} `));
    expect(clients.length).toBeGreaterThanOrEqual(2);
    for (const line of clients)
      await fixture.redis.client.client('KILL', 'ID', /id=(\d+)/.exec(line)?.[1] ?? 0);
    const first = await lease(terms, 10_000, news.channel);
    const told = lasting(claim(strategy, terms, fixture.user));
    await first.release();
    expect(await told).toBeLessThan(3_000);
    await sleep(300);
    const second = await lease(terms, 10_000, news.channel);
    const woken = claim(strategy, terms, fixture.user);
    await sleep(50);
    const releasedMs = clock.monotonicMs();
    await second.release();
    await woken;
    expect(clock.monotonicMs() - releasedMs).toBeLessThan(1_000);
  });

  it('ends its subscription when it is closed', async () => {
    const subscribed = async () =>
      Number((await fixture.redis.client.pubsub('NUMSUB', news.channel))[1]);
    const before = await subscribed();
    const strategy = await pluginNamed('redis-pubsub-lock').configure({})(fixture.resources);
    expect(await subscribed()).toBe(before + 1);
    await strategy[Symbol.asyncDispose]();
    // Redis notices the end of a connection soon after; a test's timeout ends the wait.
    while ((await subscribed()) !== before) await sleep(10);
  });
});
