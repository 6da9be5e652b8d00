import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { plugins } from '@coupon/strategies';
import { resolveStrategies } from './resolve-strategies.js';

const namesOf = async (list: string) =>
  (await resolveStrategies(list)).map((plugin) => plugin.name);
const builtIn = plugins.map((plugin) => plugin.name);
const comparisons = ['comparison-redlock', 'comparison-redis-semaphore'];

describe('who races', () => {
  it('names and groups, each strategy once and in the order given', async () => {
    expect(await namesOf('all')).toEqual([...builtIn, ...comparisons]);
    expect(await namesOf('built-in')).toEqual(builtIn);
    expect(await namesOf('mysql-for-update, comparisons,mysql-for-update')).toEqual([
      'mysql-for-update',
      ...comparisons,
    ]);
  });

  it('two strategies of one name are refused: a result could not tell them apart', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'coupon-strategies-'));
    try {
      const file = join(folder, 'mine.mjs');
      const guarantees =
        'neverOverIssues: true, neverLosesUpdates: true, ' +
        'recordedOnReturn: true, acrossProcesses: true, survivesPausedHolder: true';
      writeFileSync(
        file,
        `export default { name: 'no-lock', guarantees: { ${guarantees} }, ` +
          'settings: () => undefined, section: () => undefined };',
      );
      await expect(resolveStrategies(`no-lock,${file}`)).rejects.toThrow(
        `LOCK_STRATEGY=${file}: ` +
          'must be a strategy of another name than "no-lock" (built in has it)',
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
