import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { disposableRedis, type DisposableRedis } from '@coupon/services';
import type { Breach } from '../audit.js';
import type { Harness, ServiceInstance } from '../harness.js';
import { recorderFor } from '../claim-recorder.js';
import type { FaultScenario } from '../fault-scenario.js';

/** What is done to Redis while claims are under way, and how it is named. */
interface RedisFault {
  readonly when: string;
  inject(redis: DisposableRedis): Promise<void>;
}

const troubles: readonly RedisFault[] = [
  {
    when: 'killed and started again',
    async inject(redis) {
      await redis.kill();
      await sleep(300);
      await redis.restart();
    },
  },
  {
    when: 'stopped for 1.5 s',
    async inject(redis) {
      redis.pause();
      await sleep(1_500);
      redis.resume();
    },
  },
];

/**
 * For strategies that use Redis: it dies, it stands still, it comes back, it forgets everything.
 */
export const redisTrouble: FaultScenario = {
  name: 'redis-trouble',
  title:
    'Redis is killed and started again, stopped for a while, and (when all is quiet) flushed; strategies without Redis: nothing',
  scope: 'one-process',
  async run(bench) {
    await using probe = await bench.open();
    await (await recorderFor(bench, 1)).claim(probe);
    if (!probe.usedRedis()) return [];
    await using redis = await disposableRedis();
    await using party = await bench.open({ redisUrl: redis.url });
    const breaches: Breach[] = [];
    for (const trouble of troubles)
      breaches.push(...named(`Redis ${trouble.when}`, await during(bench, party, redis, trouble)));
    return [...breaches, ...named('Redis flushed', await flushed(bench, party, redis))];
  },
};

const named = (when: string, breaches: readonly Breach[]): readonly Breach[] =>
  breaches.map(({ law, what }) => ({ law, what: `${when}: ${what}` }));

async function during(
  bench: Harness,
  party: ServiceInstance,
  redis: DisposableRedis,
  trouble: RedisFault,
): Promise<readonly Breach[]> {
  const crowd = await recorderFor(bench, 30);
  await crowd.burst([party], 10);
  const rushed = crowd.burst([party], 30, { waitMs: 3_000 });
  await sleep(5);
  await trouble.inject(redis);
  await rushed;
  return [...(await crowd.drainStock(party, 10_000)), ...(await crowd.settle())];
}

async function flushed(
  bench: Harness,
  party: ServiceInstance,
  redis: DisposableRedis,
): Promise<readonly Breach[]> {
  const crowd = await recorderFor(bench, 12);
  await crowd.burst([party], 6);
  const before = await crowd.settle(); // what is recorded behind is in the rows now
  const client = new Redis(redis.url);
  await client.flushall();
  client.disconnect();
  return [...before, ...(await crowd.drainStock(party, 10_000)), ...(await crowd.settle())];
}
