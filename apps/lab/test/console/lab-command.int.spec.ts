import { createInterface } from 'node:readline';
import { describe, expect, it } from '@jest/globals';
import { execa } from 'execa';
import { root } from '../../src/run/paths.js';
import { until } from './browser.js';

/** Command lines of everything that a process started, and that they started. */
async function offspringOf(
  pid: number,
): Promise<{ readonly pid: number; readonly command: string }[]> {
  const { stdout } = await execa('ps', ['-eo', 'pid=,ppid=,args=']);
  const all = stdout
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .flatMap((match) =>
      match === null
        ? []
        : [{ pid: Number(match[1]), parent: Number(match[2]), command: match[3] ?? '' }],
    );
  const below = (parent: number): typeof all =>
    all.filter((one) => one.parent === parent).flatMap((one) => [one, ...below(one.pid)]);
  return below(pid);
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('npm run lab', () => {
  it('prints an address that works; Ctrl-C ends it with the race and all processes', async () => {
    const lab = execa(process.execPath, ['--import', 'tsx', 'apps/lab/src/main.ts', 'lab'], {
      cwd: root,
      reject: false,
      env: { NODE_OPTIONS: '' },
      buffer: false,
      timeout: 150_000,
    });
    try {
      const lines: string[] = [];
      createInterface({ input: lab.stdout }).on('line', (line) => lines.push(line));
      await until('it prints an address', 60_000, () =>
        lines.some((line) => line.includes('token=')),
      );
      const url = new URL(/http:\S+/.exec(lines.join('\n'))?.[0] ?? '');
      const headers = {
        authorization: `Bearer ${url.searchParams.get('token')}`,
        'content-type': 'application/json',
      };
      expect((await fetch(url.origin)).status).toBe(401);
      const body = JSON.stringify({
        strategies: ['mysql-for-update'],
        profile: 'fixed-short',
        repeats: 1,
        instances: 2,
      });
      expect(
        (await fetch(`${url.origin}/api/race`, { method: 'POST', headers, body })).status,
      ).toBe(202);
      const pid = lab.pid ?? 0;
      await until(
        'two APIs and k6 run',
        60_000,
        async () =>
          (await offspringOf(pid)).filter(({ command }) => /k6 run|dist\/main\.js/.test(command))
            .length === 3,
      );
      const offspring = (await offspringOf(pid)).filter(({ command }) =>
        /k6 run|dist\/main\.js/.test(command),
      );
      lab.kill('SIGINT');
      expect((await lab).exitCode).toBe(130);
      await until(
        'its processes are gone',
        5_000,
        () => !offspring.some((one) => isAlive(one.pid)),
      );
    } finally {
      lab.kill('SIGKILL');
    }
  }, 180_000);
});
