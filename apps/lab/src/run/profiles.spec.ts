import { describe, expect, it } from '@jest/globals';
import { pluginNamed } from '@coupon/strategies';
import { loadMs, profileNames, readProfile } from './profiles.js';
import { interleave } from './run.js';

describe('profiles', () => {
  it.each(profileNames)('%s is a load, named as its file', (name) => {
    expect(readProfile(name).name).toBe(name);
    expect(loadMs(readProfile(name))).toBeGreaterThan(0);
  });

  it('are the original’s', () => {
    expect(readProfile('original-broken')).toMatchObject({
      totalQuantity: 30_000,
      thinkMs: 1_000,
      stages: [
        { durationMs: 0, users: 1_000 },
        { durationMs: 30_000, users: 1_000 },
      ],
    });
    expect(readProfile('original-fixed')).toMatchObject({
      totalQuantity: 50_000,
      thinkMs: 1_000,
      stages: [
        { durationMs: 10_000, users: 2_000 },
        { durationMs: 80_000, users: 2_000 },
      ],
    });
  });

  it('repeats are interleaved A B, B A', () => {
    const runs = interleave(
      [pluginNamed('no-lock'), pluginNamed('mysql-for-update')],
      readProfile('smoke'),
      2,
    );
    expect(runs.map(({ plugin, repeat }) => `${plugin.name} ${repeat}`)).toEqual([
      'no-lock 1',
      'mysql-for-update 1',
      'mysql-for-update 2',
      'no-lock 2',
    ]);
  });
});
