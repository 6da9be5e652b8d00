import { describe, expect, it } from '@jest/globals';
import { ConfigFaults } from '@coupon/application';
import type { RedisConnection } from '@coupon/redis';
import type { Resources } from '@coupon/strategies';
import { openRuntime } from './open-runtime.js';
import { silentLog, type ResourceOverrides } from './resources.js';
import { runtimeSettings, type RuntimeSettings } from './settings.js';

const env = { DATABASE_URL: 'mysql://nobody@127.0.0.1:1/nothing' };

const setUp = () => {
  const closed: string[] = [];
  let connections = 0;
  const redis = (): Promise<RedisConnection> => {
    connections += 1;
    return Promise.resolve({
      get client(): never {
        throw new Error('no command is sent here');
      },
      get owedReleases(): never {
        throw new Error('no command is sent here');
      },
      ping: () => Promise.resolve(),
      [Symbol.asyncDispose]: () => Promise.resolve(void closed.push('redis')),
    });
  };
  const overrides: ResourceOverrides = { log: silentLog, redis };
  const open = async (openStrategy: (resources: Resources) => Promise<void>) => {
    const settings: RuntimeSettings = {
      ...(await runtimeSettings(env)),
      openStrategy: async (resources) => {
        await openStrategy(resources);
        return {
          issue: () => Promise.reject(new Error('issues nothing')),
          [Symbol.asyncDispose]: () => Promise.resolve(void closed.push('strategy')),
        };
      },
    };
    return openRuntime(settings, overrides);
  };
  return { closed, open, connections: () => connections };
};

describe('openRuntime', () => {
  it('connects to Redis once, when the strategy asks, and closes after the strategy', async () => {
    const { closed, open, connections } = setUp();
    const runtime = await open(async ({ redis }) => {
      await Promise.all([redis(), redis()]);
    });
    expect([connections(), runtime.resources.redisInUse()]).toEqual([1, expect.anything()]);
    await runtime[Symbol.asyncDispose]();
    expect(closed).toEqual(['strategy', 'redis']);
  });

  it('has no Redis in use where the strategy needs none', async () => {
    const { closed, open, connections } = setUp();
    const runtime = await open(() => Promise.resolve());
    expect([connections(), runtime.resources.redisInUse()]).toEqual([0, undefined]);
    await runtime[Symbol.asyncDispose]();
    expect(closed).toEqual(['strategy']);
  });

  it('closes what was open when the strategy does not open', async () => {
    const { closed, open } = setUp();
    const opening = open(async ({ redis }) => {
      await redis();
      throw new Error('no strategy');
    });
    await expect(opening).rejects.toThrow('no strategy');
    expect(closed).toEqual(['redis']);
  });
});

describe('runtimeSettings', () => {
  it('reports the faults of the resources and of the strategy together', async () => {
    const reading = runtimeSettings({ REDIS_URL: 'http://x', LOCK_STRATEGY: 'mysql-fro-update' });
    const faults = await reading.catch((error: unknown) =>
      error instanceof ConfigFaults ? error.faults.map(({ variable }) => variable) : [],
    );
    expect(faults).toEqual(['DATABASE_URL', 'REDIS_URL', 'LOCK_STRATEGY']);
  });
});
