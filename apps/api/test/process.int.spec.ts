import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { couponId as couponIdOf } from '@coupon/domain';
import { plugins } from '@coupon/strategies';
import { claimAll } from './claim-load.js';
import { serviceFixture } from './service-fixture.js';
import {
  buildService,
  createCouponAt,
  startServiceProcess,
  startupError,
} from './service-process.js';

const fixture = serviceFixture();
beforeAll(buildService);

async function recordsOf(
  id: number,
): Promise<{ readonly rows: number; readonly numbers: number; readonly taken: number }> {
  const record = await fixture().records.read(couponIdOf(id));
  if (record === null) throw new Error(`coupon ${id} has no row`);
  const { grants, totalQuantity, remaining } = record;
  return {
    rows: grants.length,
    numbers: new Set(grants.map(({ ordinal }) => ordinal)).size,
    taken: totalQuantity - remaining,
  };
}

/** Limits that a busy machine does not reach: these specs are not about them. */
const wideLimits = {
  MYSQL_CONNECT_MS: '30000',
  MYSQL_TRANSACTION_MAX_MS: '30000',
  REDIS_CONNECT_MS: '30000',
  REDIS_COMMAND_MS: '30000',
  REDIS_SPIN_LOCK_LEASE_MS: '60000',
  REDIS_SPIN_LOCK_WAIT_MS: '60000',
  ISSUE_DEADLINE_MS: '60000',
};

describe('the built service as a process', () => {
  it.each(['mysql-for-update', 'redis-spin-lock'])(
    'SIGTERM under load: %s answers every claim it accepted',
    async (strategy) => {
      await using child = await startServiceProcess({
        ...fixture().env,
        ...wideLimits,
        LOCK_STRATEGY: strategy,
        DRAIN_NOTICE_MS: '20',
      });
      const { token, couponId } = await createCouponAt(child, 1_000);
      let sent = 0;
      const claims = claimAll(child.url, token, couponId, {
        total: 100,
        connections: 100,
        onSent: () => (sent += 1),
      });
      while (sent < 100) await sleep(1);
      child.kill('SIGTERM');
      const answers = await claims;
      expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
      expect(await recordsOf(couponId)).toEqual({ rows: 100, numbers: 100, taken: 100 });
      expect(await child.gone).toBe(0);
      expect(child.lines.join('\n')).toMatch(/"msg":"draining"[^]*"msg":"stopped"/);
    },
  );

  it('one binary gives the broken and the fixed run, only LOCK_STRATEGY differs', async () => {
    const seen = new Map<
      string,
      {
        readonly issued: number;
        readonly deadlocks: number;
        readonly lostUpdates: number;
        readonly rows: number;
      }
    >();
    for (const strategy of ['no-lock', 'redis-spin-lock', 'mysql-for-update']) {
      const env = { ...fixture().env, ...wideLimits, LOCK_STRATEGY: strategy };
      await using child = await startServiceProcess(env);
      const { token, couponId } = await createCouponAt(child, 10_000);
      const answers = await claimAll(child.url, token, couponId, {
        total: 600,
        connections: 100,
      });
      const { rows, taken } = await recordsOf(couponId);
      const issued = answers.filter(({ status }) => status === 200).length;
      expect(
        answers.filter(({ status, reason }) => status !== 200 && reason !== 'DEADLOCK'),
      ).toEqual([]);
      seen.set(strategy, {
        issued,
        deadlocks: answers.length - issued,
        lostUpdates: rows - taken,
        rows,
      });
    }
    const broken = seen.get('no-lock');
    expect(broken?.rows).toBe(broken?.issued); // each 200 has its row, even here
    expect(broken?.deadlocks).toBeGreaterThan(0);
    expect(broken?.lostUpdates).toBeGreaterThan(0);
    for (const fixed of ['redis-spin-lock', 'mysql-for-update'])
      expect(seen.get(fixed)).toEqual({ issued: 600, deadlocks: 0, lostUpdates: 0, rows: 600 });
  }, 120_000);

  it('says in lines, not in stacks, why it does not start', async () => {
    expect(await startupError({ ...fixture().env, LOCK_STRATEGY: 'no-lok', PORT: '-1' })).toBe(
      'PORT=-1: must be a whole number from 0 to 65535\nLOCK_STRATEGY=no-lok: must be one of ' +
        plugins.map(({ name }) => name).join(', ') +
        ' (nearest: no-lock)',
    );
    await using child = await startServiceProcess(fixture().env);
    expect(await startupError({ ...fixture().env, PORT: new URL(child.url).port })).toMatch(
      /^PORT=\d+: in use already; choose another, or 0 for any free one$/,
    );
    expect(
      await startupError({
        ...fixture().env,
        DATABASE_URL: 'mysql://root@127.0.0.1:1/none',
      }),
    ).toMatch(/^cannot start: database connection: ECONNREFUSED/);
    expect(
      await startupError({
        ...fixture().env,
        LOCK_STRATEGY: 'redis-spin-lock',
        REDIS_URL: 'redis://127.0.0.1:1',
      }),
    ).toMatch(/cannot start: redis: (?![^]*\n {4}at )/);
  });
});
