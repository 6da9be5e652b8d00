import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import {
  disposableRedis,
  fakedClock,
  type DisposableServer,
  type FakedClock,
} from '../src/index.js';

const HOUR_S = 3_600;

let clock: FakedClock;
let redis: DisposableServer;
let client: Redis;

beforeAll(async () => {
  clock = await fakedClock();
  redis = await disposableRedis('always', { env: clock.env });
  client = new Redis(redis.url);
}, 300_000); // it may have to be installed

afterAll(async () => {
  client.disconnect();
  await redis[Symbol.asyncDispose]();
  await clock[Symbol.asyncDispose]();
});

// eslint-disable-next-line no-restricted-syntax -- the wall clock itself is what is compared here
const wallMs = (): number => Date.now();
/** How many seconds `nowMs` is ahead of this process's clock. */
const aheadS = (nowMs: number): number => (nowMs - wallMs()) / 1_000;
const close = (offsetS: number): number => Math.round(offsetS / 60) * 60 || 0; // no -0

async function becomes(offsetS: number, ahead: () => Promise<number>): Promise<number> {
  let found = await ahead();
  for (let tries = 0; tries < 200 && close(found) !== offsetS; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    found = await ahead();
  }
  return close(found);
}

describe('a faked clock', () => {
  it('is the one of Redis, whose keys expire by it', async () => {
    const redisAheadS = async (): Promise<number> =>
      aheadS(Number((await client.time())[0]) * 1_000);
    expect(close(await redisAheadS())).toBe(0);
    await client.set('key', 'value', 'PX', 600_000);
    clock.set(-HOUR_S);
    expect(await becomes(-HOUR_S, redisAheadS)).toBe(-HOUR_S);
    expect(await client.get('key')).toBe('value');
    clock.set(HOUR_S);
    expect(await becomes(HOUR_S, redisAheadS)).toBe(HOUR_S);
    expect(await client.get('key')).toBeNull();
    clock.set(0);
  }, 60_000);

  it('is the one of a Node process, whose monotonic clock goes on', async () => {
    const script =
      'setInterval(() => console.log(Date.now() + " " + Math.round(performance.now())), 50)';
    const child = spawn(process.execPath, ['-e', script], {
      env: { ...process.env, ...clock.env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let nowMs = wallMs();
    let monotonicMs = 0;
    let isStraight = true;
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [wall, monotonic] = line.split(' ').map(Number);
      isStraight &&= (monotonic ?? 0) >= monotonicMs && (monotonic ?? 0) < monotonicMs + 60_000;
      nowMs = wall ?? 0;
      monotonicMs = monotonic ?? 0;
    });
    const childAheadS = (): Promise<number> => Promise.resolve(aheadS(nowMs));
    clock.set(-HOUR_S);
    expect(await becomes(-HOUR_S, childAheadS)).toBe(-HOUR_S);
    clock.set(0);
    expect(await becomes(0, childAheadS)).toBe(0);
    expect([isStraight, monotonicMs > 0]).toEqual([true, true]);
    child.kill();
  }, 60_000);
});
