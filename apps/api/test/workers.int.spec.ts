import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { couponId as couponIdOf } from '@coupon/domain';
import { claimAll } from './claim-load.js';
import { serviceFixture } from './service-fixture.js';
import {
  buildService,
  createCouponAt,
  startServiceProcess,
  type ServiceProcess,
} from './service-process.js';

const fixture = serviceFixture();
beforeAll(buildService);

/** Whether `holds` becomes true within the time limit. */
async function within(limitMs: number, holds: () => boolean): Promise<boolean> {
  const deadlineMs = performance.now() + limitMs;
  while (!holds() && performance.now() < deadlineMs) await sleep(20);
  return holds();
}

/** The living children of a process. */
const childrenOf = (pid: number): readonly number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .trim()
    .split(' ')
    .filter(Boolean)
    .map(Number);
const isAlive = (pid: number): boolean => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

const start = (env: Record<string, string> = {}): Promise<ServiceProcess> =>
  startServiceProcess({
    ...fixture().env,
    LOCK_STRATEGY: 'group-commit',
    API_WORKERS: '2',
    ...env,
  });

describe('a service of two workers', () => {
  it('issues each coupon once, and answers every accepted claim when it is stopped', async () => {
    await using child = await start({ DRAIN_NOTICE_MS: '20' });
    const { token, couponId } = await createCouponAt(child, 1_000);
    expect(childrenOf(child.pid)).toHaveLength(2);
    let sent = 0;
    const claims = claimAll(child.url, token, couponId, {
      total: 200,
      connections: 50,
      onSent: () => (sent += 1),
    });
    await within(10_000, () => sent === 200);
    child.kill('SIGTERM');
    expect((await claims).filter(({ status }) => status !== 200)).toEqual([]);
    const { grants = [] } = (await fixture().records.read(couponIdOf(couponId))) ?? {};
    expect(grants.map(({ ordinal }) => ordinal).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 200 }, (_, n) => n + 1),
    );
    expect(await child.gone).toBe(0);
  }, 60_000);

  it('replaces a worker that is killed', async () => {
    const child = await start();
    try {
      const before = childrenOf(child.pid);
      process.kill(before[0] ?? 0, 'SIGKILL');
      expect(
        await within(
          5_000,
          () => childrenOf(child.pid).filter((pid) => !before.includes(pid)).length === 1,
        ),
      ).toBe(true);
      const { token, couponId } = await createCouponAt(child, 1_000);
      const answers = await claimAll(child.url, token, couponId, { total: 20, connections: 20 });
      expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    } finally {
      child.kill('SIGTERM');
      await child.gone;
    }
  }, 60_000);

  it('leaves nobody behind when its first process is killed', async () => {
    const child = await start();
    const workers = childrenOf(child.pid);
    child.kill('SIGKILL');
    await child.gone;
    expect(await within(5_000, () => !workers.some(isAlive))).toBe(true);
  }, 60_000);

  it('says why it cannot start, and ends', async () => {
    await expect(start({ DATABASE_URL: 'mysql://root@127.0.0.1:1/none' })).rejects.toThrow(
      /cannot start: database connection: ECONNREFUSED/,
    );
    await expect(start({ API_WORKERS: '65' })).rejects.toThrow(
      /^API_WORKERS=65: must be a whole number from 1 to 64$/,
    );
  }, 60_000);
});
