import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { disposableRedis, type DisposableServer } from '@coupon/services';
import { answeredOrBlocked, OVERTAKE_MS, reaches } from '../attack-steps.js';
import { breachIf, under, type Breach } from '../breach.js';
import { newClaim, recorderFor } from '../claim-recorder.js';
import { describeAnswer } from '../clients/answer.js';
import type { ServiceInstance } from '../clients/service-instance.js';
import type { FaultScenario } from '../fault-scenario.js';
import type { Harness } from '../harness.js';

/** What is done to Redis while claims are in flight, and how it is named. */
interface RedisFault {
  readonly when: string;
  begin(redis: DisposableServer): Promise<void> | void;
  end(redis: DisposableServer): Promise<void> | void;
  readonly forMs: number;
}

const faults: readonly RedisFault[] = [
  {
    when: 'Redis killed and started again',
    begin: (redis) => redis.kill(),
    end: (redis) => redis.restart(),
    forMs: 300,
  },
  {
    when: 'Redis stopped for 1.5 s',
    begin: (redis) => redis.pause(),
    end: (redis) => redis.resume(),
    forMs: 1_500,
  },
];

const outOfMemory: RedisFault = {
  when: 'Redis out of memory',
  begin: (redis) => order(redis, (client) => client.config('SET', 'maxmemory', 1)),
  end: (redis) => order(redis, (client) => client.config('SET', 'maxmemory', 0)),
  forMs: 300,
};

/** Gives Redis an order past the strategy. */
async function order(
  redis: DisposableServer,
  give: (client: Redis) => Promise<unknown>,
): Promise<void> {
  const client = new Redis(redis.url);
  await give(client).finally(() => client.disconnect());
}

const flushAll = (redis: DisposableServer): Promise<void> =>
  order(redis, (client) => client.flushall());

/** How long the strategy has to recover once Redis is back. */
const RECOVER_MS = 10_000;

/** For strategies that use Redis: it is killed, stopped, out of memory, and flushed. */
export const redisTrouble: FaultScenario = {
  name: 'redis-trouble',
  title:
    'Redis is killed and started again, stopped for a while, out of memory, and flushed (1 coupon for each user), once while one claim is in flight; nothing happens to strategies without Redis',
  scope: 'one-process',
  mostlyWaits: true,
  async run(harness) {
    if (!(await usesRedis(harness))) return [];
    await using redis = await disposableRedis();
    await using instance = await harness.open({ redisUrl: redis.url });
    const breaches: Breach[] = [];
    for (const fault of [...faults, outOfMemory])
      breaches.push(...under(fault.when, await injectFault(harness, instance, redis, fault)));
    return [
      ...breaches,
      ...under('Redis flushed', await flush(harness, instance, redis)),
      ...(await flushTwice(harness, instance, redis, 1)),
      ...(await flushTwice(harness, instance, redis, 2)),
    ];
  },
};

async function usesRedis(harness: Harness): Promise<boolean> {
  await using probe = await harness.open();
  await (await recorderFor(harness, 1)).claim(probe);
  return probe.usedRedis();
}

async function injectFault(
  harness: Harness,
  instance: ServiceInstance,
  redis: DisposableServer,
  fault: RedisFault,
): Promise<readonly Breach[]> {
  const recorder = await recorderFor(harness, 50);
  await recorder.burst([instance], 10);
  const inFlight = recorder.burst([instance], 30, { waitMs: 3_000 });
  await sleep(5);
  await fault.begin(redis);
  const meanwhile = recorder.burst([instance], 5, { waitMs: 3_000 });
  await sleep(fault.forMs);
  await fault.end(redis);
  await Promise.all([inFlight, meanwhile]);
  return [...(await recorder.drainStock(instance, RECOVER_MS)), ...(await recorder.settle())];
}

async function flush(
  harness: Harness,
  instance: ServiceInstance,
  redis: DisposableServer,
): Promise<readonly Breach[]> {
  const recorder = await recorderFor(harness, 12, 1);
  const users = harness.users.slice(0, 6);
  await recorder.burst([instance], users.length, { users });
  const before = await recorder.settle(); // what is recorded behind is in the rows now
  await flushAll(redis);
  await recorder.burst([instance], users.length, { users }); // at their limit
  return [
    ...before,
    ...(await recorder.drainStock(instance, RECOVER_MS)),
    ...(await recorder.settle()),
  ];
}

/**
 * The second time, the first claim after the first time is about to begin one of its transactions,
 * alone: `occurrence` says which.
 */
async function flushTwice(
  harness: Harness,
  instance: ServiceInstance,
  redis: DisposableServer,
  occurrence: number,
): Promise<readonly Breach[]> {
  const recorder = await recorderFor(harness, 6);
  const [user = harness.nobody] = harness.users;
  const id = newClaim();
  const first = describeAnswer(await recorder.retry(instance, user, id));
  await recorder.burst([instance], 2);
  const before = await recorder.settle(); // what is recorded behind is in the rows now
  await flushAll(redis);
  const begin = instance.proxies.mysql.holdAt({ label: 'BEGIN', occurrence, side: 'before' });
  const held = recorder.claim(instance, { waitMs: OVERTAKE_MS });
  if (await reaches(harness, held, begin)) await flushAll(redis);
  begin.release();
  await held;
  const again = describeAnswer(await recorder.retry(instance, user, id));
  return under(`Redis flushed, and again before ${occurrence}. BEGIN`, [
    ...before,
    ...breachIf(
      again !== first,
      'replay-tells-the-first-outcome',
      `a claim that was answered ${first} was answered ${again}`,
    ),
    ...(await recorder.drainStock(instance, RECOVER_MS)),
    ...(await recorder.settle()),
  ]);
}

/** How long a claim may wait while Redis is silent, and the next one to get in. */
const SILENT_WAIT_MS = 3_000;
const GETS_IN_MS = 2_000;

/** Two processes whose lock is away: neither may go on without it while the other does. */
export const redisSilent: FaultScenario = {
  name: 'redis-silent',
  title:
    'Redis is dead, or stopped, while two processes are asked for the same coupons; nothing happens to strategies without Redis',
  scope: 'processes',
  mostlyWaits: true,
  async run(harness) {
    if (!(await usesRedis(harness))) return [];
    await using redis = await disposableRedis();
    await using one = await harness.open({ redisUrl: redis.url });
    await using other = await harness.open({ redisUrl: redis.url });
    const breaches: Breach[] = [];
    for (const fault of faults) {
      const warm = await recorderFor(harness, 4);
      await warm.burst([one, other], 4);
      await warm.settle(); // what is recorded behind is recorded now
      await fault.begin(redis);
      const recorder = await recorderFor(harness, 2);
      const commit = one.proxies.mysql.holdAt({ label: 'COMMIT', occurrence: 1, side: 'before' });
      const first = recorder.claim(one, { waitMs: SILENT_WAIT_MS });
      const isInside = await Promise.race([
        commit.caught.then(() => true),
        first.then(() => false),
      ]);
      const second = recorder.claim(other, { waitMs: SILENT_WAIT_MS });
      if (isInside) await answeredOrBlocked(second, other, GETS_IN_MS);
      commit.release();
      await Promise.all([first, second]);
      await fault.end(redis);
      breaches.push(
        ...under(fault.when, [
          ...(await recorder.drainStock(one, RECOVER_MS)),
          ...(await recorder.settle()),
        ]),
      );
    }
    return breaches;
  },
};
