import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { disposableRedis, type DisposableServer } from '@coupon/services';
import { openRedis, redisSettings, type RedisConnection } from '../src/index.js';

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
let redis: DisposableServer;
let operator: RedisConnection;
let connection: RedisConnection;
const connect = (): Promise<RedisConnection> =>
  openRedis(redisSettings({ REDIS_URL: redis.url }), log);

beforeAll(async () => {
  redis = await disposableRedis();
  operator = await connect();
  connection = await connect();
}, 60_000);
afterAll(async () => {
  await operator.client.replicaof('NO', 'ONE');
  await connection[Symbol.asyncDispose]();
  await operator[Symbol.asyncDispose]();
  await redis[Symbol.asyncDispose]();
});

/** Resolves when the connection is another one than `before`; a test's timeout ends the wait. */
async function reconnected(before: number): Promise<void> {
  while ((await connection.client.client('ID').catch(() => before)) === before) await sleep(20);
}

describe('a primary that lives on as a replica', () => {
  it('is left at its first refusal to write, for whatever has its address by then', async () => {
    const before = await connection.client.client('ID');
    await operator.client.replicaof('127.0.0.1', 1);
    await expect(connection.client.set('key', 'value')).rejects.toThrow('READONLY');
    await reconnected(before);
    await operator.client.replicaof('NO', 'ONE');
    expect(await connection.client.set('key', 'value')).toBe('OK');
  });

  it('is not ready, and is left by readiness too', async () => {
    await connection.ping();
    const before = await connection.client.client('ID');
    await operator.client.replicaof('127.0.0.1', 1);
    await expect(connection.ping()).rejects.toMatchObject({ kind: 'unavailable' });
    await reconnected(before);
    await operator.client.replicaof('NO', 'ONE');
    await connection.ping();
  });
});
