import { describe, expect, it } from '@jest/globals';
import { examine, filesFinding, format, memoryFinding, nodeFinding } from './doctor.js';

describe('the doctor', () => {
  it.each([
    ['20.18.3', 'missing'],
    ['18.20.0', 'missing'],
    ['20.19.0', 'ok'],
    ['24.1.0', 'ok'],
  ])('finds Node %s %s', (version, grade) => {
    expect(nodeFinding(version).grade).toBe(grade);
  });

  it('warns of too little memory and too few files, and says what to do', () => {
    expect([memoryFinding(1499).grade, memoryFinding(1500).grade]).toEqual(['warning', 'ok']);
    expect([filesFinding(1024).grade, filesFinding(4096).grade, filesFinding(null).grade]).toEqual([
      'warning',
      'ok',
      'ok',
    ]);
    expect(format(filesFinding(1024))).toMatch(/ulimit -n 4096/);
  });

  it('finds everything missing on a bare machine, with a remedy each', async () => {
    const findings = await examine({
      env: { XDG_CACHE_HOME: '/nowhere', COUPON_RACE_INSTALL: 'never' },
      folders: [],
    });
    const missing = findings.filter(({ grade }) => grade === 'missing');
    expect(missing.map(({ what }) => what)).toEqual([
      'database: not installed',
      'redis: not installed',
      'k6: not installed',
    ]);
    expect(missing.every(({ remedy }) => remedy.length > 0)).toBe(true);
  });

  it('finds a given server that does not answer, and a K6_BIN that is no program', async () => {
    const env = {
      DATABASE_URL: 'mysql://u@127.0.0.1:1/d',
      REDIS_URL: 'redis://127.0.0.1:1',
      K6_BIN: '/nowhere/k6',
    };
    const missing = (await examine({ env, folders: [] }))
      .filter(({ grade }) => grade === 'missing')
      .map(({ what }) => what);
    expect(missing).toEqual([
      expect.stringMatching(/DATABASE_URL.*ECONNREFUSED/),
      expect.stringMatching(/REDIS_URL.*ECONNREFUSED/),
      expect.stringMatching(/K6_BIN/),
    ]);
  });
});
