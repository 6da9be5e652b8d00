import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { disposableRedis, type DisposableServer } from '@coupon/services';
import { under, type Breach } from '../breach.js';
import { recorderFor } from '../claim-recorder.js';
import type { ServiceInstance } from '../clients/service-instance.js';
import type { FaultScenario } from '../fault-scenario.js';
import type { Harness } from '../harness.js';

/** What is done to Redis while claims are in flight, and how it is named. */
interface RedisFault {
  readonly when: string;
  inject(redis: DisposableServer): Promise<void>;
}

const faults: readonly RedisFault[] = [
  {
    when: 'Redis killed and started again',
    async inject(redis) {
      await redis.kill();
      await sleep(300);
      await redis.restart();
    },
  },
  {
    when: 'Redis stopped for 1.5 s',
    async inject(redis) {
      redis.pause();
      await sleep(1_500);
      redis.resume();
    },
  },
];

/** How long the strategy has to recover once Redis is back. */
const RECOVER_MS = 10_000;

/** For strategies that use Redis: it is killed, stopped and flushed. */
export const redisTrouble: FaultScenario = {
  name: 'redis-trouble',
  title:
    'Redis is killed and started again, stopped for a while, and flushed once no claim is in flight; nothing happens to strategies without Redis',
  scope: 'one-process',
  async run(harness) {
    await using probe = await harness.open();
    await (await recorderFor(harness, 1)).claim(probe);
    if (!probe.usedRedis()) return [];
    await using redis = await disposableRedis();
    await using instance = await harness.open({ redisUrl: redis.url });
    const breaches: Breach[] = [];
    for (const fault of faults)
      breaches.push(...under(fault.when, await injectFault(harness, instance, redis, fault)));
    return [...breaches, ...under('Redis flushed', await flush(harness, instance, redis))];
  },
};

async function injectFault(
  harness: Harness,
  instance: ServiceInstance,
  redis: DisposableServer,
  fault: RedisFault,
): Promise<readonly Breach[]> {
  const recorder = await recorderFor(harness, 30);
  await recorder.burst([instance], 10);
  const inFlight = recorder.burst([instance], 30, { waitMs: 3_000 });
  await sleep(5);
  await fault.inject(redis);
  await inFlight;
  return [...(await recorder.drainStock(instance, RECOVER_MS)), ...(await recorder.settle())];
}

async function flush(
  harness: Harness,
  instance: ServiceInstance,
  redis: DisposableServer,
): Promise<readonly Breach[]> {
  const recorder = await recorderFor(harness, 12);
  await recorder.burst([instance], 6);
  const before = await recorder.settle(); // what is recorded behind is in the rows now
  const client = new Redis(redis.url);
  await client.flushall();
  client.disconnect();
  return [
    ...before,
    ...(await recorder.drainStock(instance, RECOVER_MS)),
    ...(await recorder.settle()),
  ];
}
