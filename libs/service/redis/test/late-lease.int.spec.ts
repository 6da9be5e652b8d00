import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '@coupon/application';
import { disposableRedis, type DisposableServer } from '@coupon/services';
import {
  FairLock,
  openRedis,
  redisSettings,
  tryLease,
  type RedisConnection,
} from '../src/index.js';

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const leaseMs = 60_000;
let redis: DisposableServer;
let connection: RedisConnection;
let other: RedisConnection;

beforeAll(async () => {
  redis = await disposableRedis();
  const settings = redisSettings({ REDIS_URL: redis.url, REDIS_COMMAND_MS: '2500' });
  connection = await openRedis(settings, log);
  other = await openRedis(settings, log);
}, 60_000);
afterAll(async () => {
  await connection[Symbol.asyncDispose]();
  await other[Symbol.asyncDispose]();
  await redis[Symbol.asyncDispose]();
});

/**
 * Asks for a lock of a Redis that stands still, and loses the connection before the request is read:
 * ioredis gives a silent socket up 5 s after the first command, here the ping.
 */
async function loseWhile(ask: () => Promise<unknown>): Promise<void> {
  redis.pause();
  await expect(connection.ping()).rejects.toMatchObject({ kind: 'unavailable' });
  await expect(ask()).rejects.toMatchObject({ kind: 'unavailable' });
  redis.resume();
  const untilMs = performance.now() + 10_000;
  while (connection.client.status !== 'ready' && performance.now() < untilMs) await sleep(50);
}

async function isFreeSoon(key: string): Promise<boolean> {
  const untilMs = performance.now() + 10_000;
  while (performance.now() < untilMs) {
    if ((await other.client.exists(key)) === 0) return true;
    await sleep(50);
  }
  return false;
}

describe('a lock that Redis gives to a process that has given up', () => {
  it('is free again once the process is connected again: a lease', async () => {
    await loseWhile(() => tryLease(connection, systemClock, 'lease', leaseMs));
    expect(await isFreeSoon('lease')).toBe(true);
  });

  it('is free again once the process is connected again: a turn', async () => {
    const lock = new FairLock(connection, systemClock, { leaseMs, waiterTtlMs: 1_000 });
    await loseWhile(() => lock.take('turn'));
    expect(await isFreeSoon('turn')).toBe(true);
  });

  it('is left to the process that took it meanwhile', async () => {
    await loseWhile(() => tryLease(connection, systemClock, 'taken', leaseMs));
    expect(await isFreeSoon('taken')).toBe(true);
    const lease = await tryLease(other, systemClock, 'taken', leaseMs);
    connection.client.disconnect(true);
    await sleep(500);
    expect(await lease?.release()).toBe(true);
  });
});

describe('a lock whose holder loses the connection before Redis has read', () => {
  const lock = () => new FairLock(connection, systemClock, { leaseMs, waiterTtlMs: 1_000 });

  /** Asks on a connection that is lost already, and is made again at once. */
  async function askInVain(ask: () => Promise<unknown>): Promise<void> {
    connection.client.disconnect(true);
    await expect(ask()).rejects.toMatchObject({ kind: 'unavailable' });
  }

  it('the release of a lease: is free again once the process is connected again', async () => {
    const lease = await tryLease(connection, systemClock, 'released-lease', leaseMs);
    await askInVain(async () => lease?.release());
    expect(await isFreeSoon('released-lease')).toBe(true);
  });

  it('the release of a turn: is free again once the process is connected again', async () => {
    const turn = await lock().take('released-turn');
    await askInVain(async () => turn?.release());
    expect(await isFreeSoon('released-turn')).toBe(true);
  });

  it('the renewal of a turn, which nobody uses then: is free again as well', async () => {
    const turn = await lock().take('renewed-turn');
    await askInVain(async () => turn?.renew());
    expect(await isFreeSoon('renewed-turn')).toBe(true);
  });
});
