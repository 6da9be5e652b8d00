import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { disposableRedis, type DisposableRedis } from '@coupon/services';
import type { Breach } from '../audit.js';
import type { Bench, Instance } from '../bench.js';
import { crowdFor } from '../crowd.js';
import type { Trial } from '../trial.js';

/** What is done to Redis while claims are under way, and how it is named. */
interface Trouble {
  readonly when: string;
  befall(redis: DisposableRedis): Promise<void>;
}

const troubles: readonly Trouble[] = [
  {
    when: 'killed and started again',
    async befall(redis) {
      await redis.kill();
      await sleep(300);
      await redis.restart();
    },
  },
  {
    when: 'stopped for 1.5 s',
    async befall(redis) {
      redis.pause();
      await sleep(1_500);
      redis.resume();
    },
  },
];

/**
 * For strategies that use Redis: it dies, it stands still, it comes back, it forgets everything.
 */
export const redisTrouble: Trial = {
  name: 'redis-trouble',
  title:
    'Redis is killed and started again, stopped for a while, and (when all is quiet) flushed; strategies without Redis: nothing',
  scope: 'one-process',
  async run(bench) {
    await using probe = await bench.open();
    await (await crowdFor(bench, 1)).claim(probe);
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
  bench: Bench,
  party: Instance,
  redis: DisposableRedis,
  trouble: Trouble,
): Promise<readonly Breach[]> {
  const crowd = await crowdFor(bench, 30);
  await crowd.rush([party], 10);
  const rushed = crowd.rush([party], 30, { waitMs: 3_000 });
  await sleep(5);
  await trouble.befall(redis);
  await rushed;
  return [...(await crowd.buyOut(party, 10_000)), ...(await crowd.settle())];
}

async function flushed(
  bench: Bench,
  party: Instance,
  redis: DisposableRedis,
): Promise<readonly Breach[]> {
  const crowd = await crowdFor(bench, 12);
  await crowd.rush([party], 6);
  const before = await crowd.settle(); // what is recorded behind is in the rows now
  const client = new Redis(redis.url);
  await client.flushall();
  client.disconnect();
  return [...before, ...(await crowd.buyOut(party, 10_000)), ...(await crowd.settle())];
}
