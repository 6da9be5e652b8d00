import { describe, expect, it } from '@jest/globals';
import { ConfigFaults } from '@coupon/application';
import { serviceSettings } from './settings.js';

const enough = { DATABASE_URL: 'mysql://root@127.0.0.1:3306/coupon', JWT_SECRET: 'x'.repeat(32) };
const faultsOf = async (env: NodeJS.ProcessEnv): Promise<Record<string, string>> => {
  try {
    await serviceSettings(env);
    return {};
  } catch (error) {
    if (!(error instanceof ConfigFaults)) throw error;
    return Object.fromEntries(error.faults.map(({ variable, value }) => [variable, value]));
  }
};

describe('the settings', () => {
  it('need a database and a secret, no more; the strategy is then a right one', async () => {
    expect(await faultsOf({})).toEqual({ JWT_SECRET: '', DATABASE_URL: '' });
    const { http, plugin } = await serviceSettings(enough);
    expect(plugin.name).toBe('mysql-for-update');
    expect(http).toMatchObject({
      host: '127.0.0.1',
      port: 3_000,
      issueDeadlineMs: 20_000,
      catalogStaleMs: 1_000,
      prepared: true,
      admin: null,
    });
  });

  it('tell the faults of all parts at once, and no secret', async () => {
    const wrong = {
      PORT: '65536',
      HOST: 'a b',
      JWT_SECRET: 'short',
      DATABASE_URL: 'postgres://u:pw@h/d',
      REDIS_URL: 'h',
      LOG_LEVEL: 'loud',
      LOCK_STRATEGY: 'redis-spinlock',
      ISSUE_DEADLINE_MS: '1e3',
    };
    expect(await faultsOf({ ...wrong, ADMIN_EMAIL: 'a@b' })).toEqual({
      ...wrong,
      JWT_SECRET: '(hidden)',
      DATABASE_URL: '(hidden)',
      REDIS_URL: '(hidden)',
      ADMIN_PASSWORD: '',
    });
  });

  it('name the nearest strategy', async () => {
    await expect(serviceSettings({ ...enough, LOCK_STRATEGY: 'redis-spinlock' })).rejects.toThrow(
      /one of no-lock, .*mysql-for-update.*\(nearest: redis-spin-lock\)$/,
    );
  });

  it('count the bytes of the secret, not its characters', async () => {
    expect(await faultsOf({ ...enough, JWT_SECRET: 'x'.repeat(31) })).toHaveProperty('JWT_SECRET');
    expect(await faultsOf({ ...enough, JWT_SECRET: '락'.repeat(11) })).toEqual({});
  });
});
