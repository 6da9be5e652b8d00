import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { disposableRedis, type DisposableServer } from '@coupon/services';
import { durabilityWarnings } from '../src/redis-counter/durability.js';
import { claim, outcomeOf } from './fixture.js';
import { counterFixture } from './redis-counter-fixture.js';

const { fixture, open, newId, recorded } = counterFixture();
/** To be paused, killed and reconfigured. It ends after the connections to it. */
let redis: DisposableServer;
beforeAll(async () => {
  redis = await disposableRedis();
}, 60_000);
afterAll(async () => {
  await redis[Symbol.asyncDispose]();
});

describe('a Redis of its own', () => {
  it("its durability warnings follow the server's settings", async () => {
    const strategy = await open({ REDIS_URL: redis.url });
    expect(strategy).toMatchObject({ warnings: [] });
    const { client } = await fixture.connectRedis({ REDIS_URL: redis.url });
    await client.config('SET', 'appendfsync', 'everysec');
    expect(await durabilityWarnings(client)).toEqual([expect.stringContaining('everysec')]);
    await client.config('SET', 'appendonly', 'no', 'maxmemory-policy', 'allkeys-lru');
    expect(await durabilityWarnings(client)).toEqual([
      expect.stringContaining('appendonly is off'),
      expect.stringContaining('allkeys-lru'),
    ]);
    await client.config(
      'SET',
      'appendonly',
      'yes',
      'appendfsync',
      'always',
      'maxmemory-policy',
      'noeviction',
    );
  });

  it('is indeterminate while paused, until a replay tells, and unavailable when down', async () => {
    const terms = await fixture.coupon(10);
    const strategy = await open({ REDIS_URL: redis.url, REDIS_COMMAND_MS: '300' });
    await claim(strategy, terms, fixture.user);
    const id = newId();
    redis.pause();
    const beganMs = performance.now();
    expect(await outcomeOf(claim(strategy, terms, fixture.user, id))).toBe('indeterminate');
    expect(performance.now() - beganMs).toBeLessThan(1_000);
    redis.resume();
    await sleep(300);
    expect(['DuplicateClaim', 'granted']).toContain(
      await outcomeOf(claim(strategy, terms, fixture.user, id)),
    );
    await redis.kill();
    await sleep(100);
    expect(await outcomeOf(claim(strategy, terms, fixture.user))).toBe('unavailable');
    await redis.restart();
    await sleep(1_500);
    expect(await claim(strategy, terms, fixture.user)).toMatchObject({ ordinal: 3 });
    await strategy[Symbol.asyncDispose]();
    expect(await recorded(terms)).toEqual({ left: 7, ordinals: [1, 2, 3] });
  });
});
