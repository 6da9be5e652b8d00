import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { disposableRedis, type DisposableServer } from '@coupon/services';
import {
  openRedis,
  openReleaseNotifier,
  redisSettings,
  type RedisConnection,
} from '../src/index.js';

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
let redis: DisposableServer;
let connection: RedisConnection;

beforeAll(async () => {
  redis = await disposableRedis();
  connection = await openRedis(redisSettings({ REDIS_URL: redis.url }), log);
}, 60_000);
afterEach(() => redis.resume());
afterAll(async () => {
  await connection[Symbol.asyncDispose]();
  await redis[Symbol.asyncDispose]();
});

/** The number of the subscriber's connection, as Redis counts them; undefined: there is none. */
async function subscriberId(channel: string): Promise<string | undefined> {
  const list = String(await connection.client.client('LIST'));
  return list
    .split('\n')
    .find((line) => line.includes(`name=${channel} `))
    ?.split(' ', 1)[0];
}

describe('a Redis that says nothing, and ends no connection', () => {
  it('is left by the subscription, which waits for no answer', async () => {
    await using notifier = await openReleaseNotifier(connection, log);
    const before = await subscriberId(notifier.channel);
    expect(before).toBeDefined();
    redis.pause();
    await sleep(9_000); // a ping's pause, and the limit of a socket without an answer
    redis.resume();
    for (;;) {
      const now = await subscriberId(notifier.channel).catch(() => undefined);
      if (now !== undefined && now !== before) return;
      await sleep(100);
    }
  }, 60_000);
});
