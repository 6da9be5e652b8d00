import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { execa } from 'execa';
import { root } from '../src/run/paths.js';

const folder = mkdtempSync(join(tmpdir(), 'coupon-race-explore-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const started = (...args: string[]) =>
  execa(process.execPath, ['--import', 'tsx', 'apps/lab/src/main.ts', 'explore', ...args], {
    cwd: root,
    reject: false,
    env: { NODE_OPTIONS: '' },
  });

describe('npm run explore', () => {
  it('shows the counts and the shortest wrong schedule of no-lock, and writes JSON', async () => {
    const json = join(folder, 'no-lock.json');
    const { exitCode, stdout } = await started(
      '--strategy',
      'no-lock',
      '--blocked-ms',
      '20',
      '--json',
      json,
    );
    expect(stdout).toMatch(/^all 30 schedules in /m);
    expect(stdout).toMatch(/lost-update +16\n +deadlock +12\n +right +2\n/);
    expect(stdout).toMatch(/client A +│ client B(?:[^]*reads quantity 2){2}/);
    expect(stdout).toMatch(/reads quantity 2[^]*granted number 1 +│ granted number 1/);
    expect(stdout).toMatch(/As declared/);
    expect(exitCode).toBe(0);
    const result: unknown = JSON.parse(readFileSync(json, 'utf8'));
    expect(result).toMatchObject({
      schemaVersion: 1,
      strategy: 'no-lock',
      clients: 2,
      complete: true,
      counts: { 'lost-update': 16 },
      schedules: { length: 30 },
    });
    const step = {
      client: expect.any(Number),
      statement: 'SELECT coupons',
      effect: '1 row',
      blocked: false,
      valueRead: { quantity: 2, version: 0 },
      valueWritten: null,
      atMs: expect.any(Number),
      answeredAtMs: expect.any(Number),
    };
    expect(result).toHaveProperty('schedules.0.steps', expect.arrayContaining([step]));
  }, 60_000);

  it.each([
    [['--strategy', 'no-lok'], /LOCK_STRATEGY=no-lok: must be one of .*nearest: no-lock/],
    [['--strategy', 'no-lock', '--clients', '9'], /--clients.*9.*whole number from 1 to 4/],
    [['--strategy', 'redis-counter'], /decides outside the database/],
    [['--clients', '2'], /--strategy.*not specified/],
    [
      [
        '--strategy',
        'no-lock',
        '--json',
        join(folder, 'no', 'such', 'file.json'),
        '--schedules-max',
        '1',
      ],
      /no such file/,
    ],
  ])(
    '%j is refused in words',
    async (args, words) => {
      const { exitCode, stderr } = await started(...args);
      expect(stderr).toMatch(words);
      expect(stderr).not.toMatch(/ {4}at /);
      expect(exitCode).toBe(1);
    },
    30_000,
  );

  it('draws schedules at random on request, and does not claim that these were all', async () => {
    const { exitCode, stdout } = await started(
      '--strategy',
      'mysql-for-update',
      '--random',
      '--schedules-max',
      '30',
    );
    expect(stdout).toMatch(/[2-8] schedules, not all of them/);
    expect(stdout).toMatch(/none does of those that were played/);
    expect(exitCode).toBe(0);
  }, 30_000);

  it('prints its progress, and on Ctrl-C the schedules found until then', async () => {
    const child = started('--strategy', 'no-lock', '--clients', '3');
    // Its first line of progress proves that it is playing, however busy the machine is.
    const interrupt = (text: Buffer): void => {
      if (!text.toString().includes('schedules played')) return;
      child.stderr.off('data', interrupt);
      child.kill('SIGINT');
    };
    child.stderr.on('data', interrupt);
    const { exitCode, stdout, stderr } = await child;
    expect(exitCode).toBe(130);
    expect(stderr).toMatch(/\d+ schedules played, about \d+ % of all/);
    expect(stdout).toMatch(/schedules, not all of them, up to the names of the clients/);
  }, 60_000);
});
