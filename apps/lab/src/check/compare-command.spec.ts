import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import type { Environment } from '@coupon/results';
import { compareOf, tellComparison } from './compare-command.js';

const environment: Environment = {
  startedAt: '2026-01-01T00:00:00.000Z',
  node: 'v20',
  database: 'mariadb 10',
  redis: '7',
  k6: '1',
  os: 'Linux',
  cpu: 'a',
  cpus: 2,
  memoryMb: 1,
  revision: 'old',
};
const ratio = { median: 0.8, low: 0.75, high: 0.85 };
const slower = {
  group: 'no-lock, smoke',
  measure: 'granted/s',
  before: 100,
  after: 80,
  ratio,
  chance: 0.01,
  enough: true,
  beyondNoise: true,
  verdict: 'worse' as const,
};

describe('what a comparison tells', () => {
  it('names both results, other differences, the facts, and figures with their intervals', () => {
    const facts = [
      { group: 'no-lock, smoke', text: 'lost-updates: found now, not before', worse: true },
    ];
    const text = tellComparison(
      { figures: [slower], facts, onlyBefore: ['a, smoke'], onlyAfter: [] },
      environment,
      { ...environment, node: 'v22', revision: 'new' },
    );
    expect(text).toContain('revision old');
    expect(text).toContain('made with another node: v20, now v22');
    expect(text).toContain('WORSE: no-lock, smoke: lost-updates: found now, not before');
    expect(text).toContain('only before: a, smoke');
    expect(text).toMatch(/granted\/s .* 100 .* 80\.0 .* -20\.0 % .* -25\.0 % to -15\.0 % .* worse/);
    expect(text).toContain('1 of 1 figures changed beyond noise');
  });

  it('says so where the runs are too few', () => {
    const text = tellComparison(
      {
        figures: [{ ...slower, enough: false, beyondNoise: false, verdict: 'too few' }],
        facts: [],
        onlyBefore: [],
        onlyAfter: [],
      },
      environment,
      environment,
    );
    expect(text).toContain(
      '1 figures come from too few runs to say anything: give both races --repeats 4 or more.',
    );
    expect(text).not.toContain('changed beyond noise');
  });

  const folder = mkdtempSync(join(tmpdir(), 'coupon-race-compare-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const written = (name: string, content: unknown): string => {
    const file = join(folder, name);
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    return file;
  };
  const result = { schemaVersion: 1, command: 'race', environment, runs: [] };
  const good = written('good.json', result);
  const text = written('text.json', 'before');
  const other = written('other.json', { ...result, schemaVersion: 2, command: 7 });
  const elsewhere = join(folder, 'none', 'x.json');

  it.each<readonly [readonly [string, string, string?], RegExp]>([
    [['none.json', good], /^<before> none\.json: must be a result\.json of a race; there is none$/],
    [[good, folder], /^<after> .*: must be a result\.json of a race; it is a folder$/],
    [[text, good], /^<before> .*text\.json: must be a result\.json of a race; it is no JSON: /],
    [
      [good, other],
      /^<after> .*other\.json: must be .*; schemaVersion is 2: .*1; command is 7: .*str/,
    ],
    [
      [good, good],
      /^<before> .*good\.json, <after> .*good\.json: must have a strategy and a load in/,
    ],
    [
      [good, good, elsewhere],
      /^--json .*x\.json: must be a file that can be written; there is no /,
    ],
    [[good, other, good], /^--json .*good\.json: must be .*; it is the file of <before>$/],
  ])(
    '%j is refused with its name, its value and what is allowed',
    ([before, after, json], words) => {
      expect(() => compareOf(before, after, json)).toThrow(words);
    },
  );
});
