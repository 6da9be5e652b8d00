import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { disposableRedis, type DisposableServer } from '@coupon/services';
import { openRedis, redisSettings, type RedisConnection } from '../src/index.js';

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const commandMs = 100;
let redis: DisposableServer;
let connection: RedisConnection;

beforeAll(async () => {
  redis = await disposableRedis();
  connection = await openRedis(
    redisSettings({ REDIS_URL: redis.url, REDIS_COMMAND_MS: String(commandMs) }),
    log,
  );
}, 60_000);
afterAll(async () => {
  await connection[Symbol.asyncDispose]();
  await redis[Symbol.asyncDispose]();
});

/** Stops this thread, as a machine does that gives its processor to others. */
const pauseProcess = (ms: number): void =>
  void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

describe('the limit of a command', () => {
  it('spares an answer that came while the process was paused', async () => {
    const answers = Promise.all([connection.client.set('key', 'value'), connection.client.ping()]);
    pauseProcess(4 * commandMs);
    expect(await answers).toEqual(['OK', 'PONG']);
  });

  it('ends the wait for an answer that does not come', async () => {
    const other = connection.client.duplicate();
    await other.connect();
    await other.client('PAUSE', 20 * commandMs, 'ALL');
    await expect(connection.client.ping()).rejects.toThrow('Command timed out');
    other.disconnect();
  });
});
