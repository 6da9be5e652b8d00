import { beforeAll, expect, it } from '@jest/globals';
import { claimAll } from './claim-load.js';
import { openDatabaseGate } from './database-gate.js';
import { serviceFixture } from './service-fixture.js';
import { buildService, createCouponAt, startServiceProcess } from './service-process.js';

const fixture = serviceFixture();
beforeAll(buildService);

it.each(['mysql-for-update', 'group-commit'])(
  '%s: with a silent database every claim is answered, readiness says so, and SIGTERM ends cleanly',
  async (strategy) => {
    await using gate = await openDatabaseGate(fixture().env['DATABASE_URL'] ?? '');
    await using child = await startServiceProcess({
      ...fixture().env,
      DATABASE_URL: gate.url,
      LOCK_STRATEGY: strategy,
      MYSQL_TRANSACTION_MAX_MS: '1000',
      ISSUE_DEADLINE_MS: '3000',
    });
    const { token, couponId } = await createCouponAt(child, 1_000);
    const crowd = { total: 30, connections: 30 };
    await claimAll(child.url, token, couponId, crowd);
    gate.silence();
    const beganMs = performance.now();
    const answers = await claimAll(child.url, token, couponId, crowd);
    expect(performance.now() - beganMs).toBeLessThan(8_000);
    const refused: readonly unknown[] = [409, 503, 504];
    expect(answers.filter(({ status }) => !refused.includes(status))).toEqual([]);
    expect((await fetch(`${child.url}/readyz`)).status).toBe(503);
    const stoppedMs = performance.now();
    child.kill('SIGTERM');
    expect([await child.gone, child.lines.at(-1)]).toEqual([
      0,
      expect.stringContaining('"stopped"'),
    ]);
    expect(performance.now() - stoppedMs).toBeLessThan(5_000);
  },
  60_000,
);
