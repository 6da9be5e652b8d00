import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { apiClient } from './api-client.js';
import { claimAll } from './claim-load.js';
import { serviceFixture } from './service-fixture.js';
import {
  buildService,
  createCouponAt,
  startServiceProcess,
  startupError,
} from './service-process.js';

/**
 * A third party's lock: it imports nothing, locks the row, and rejects every third claim in each
 * way that it can.
 */
const acme = `
let claims = 0;
export default {
  name: 'acme-lock',
  guarantees: {
    neverOverIssues: true,
    neverLosesUpdates: true,
    recordedOnReturn: true,
    acrossProcesses: true,
    survivesPausedHolder: true,
  },
  settings: (env, read) => ({
    refuseEvery: read.integer('ACME_REFUSE_EVERY', { fallback: 3, min: 2, max: 9 }),
  }),
  section: ({ stockStore, api }, { refuseEvery }) => ({
    enter(terms, work, deadline) {
      claims += 1;
      if (claims % refuseEvery === 0)
        throw claims % 2 === 0
          ? new api.NoVerdict('contended', 'not now')
          : Object.assign(new Error('not now'), { name: 'NoVerdict', kind: 'lease-lost' });
      return stockStore.inTransaction('lock-row', work, deadline);
    },
  }),
};`;

const folder = mkdtempSync(join(tmpdir(), 'coupon-external-'));
const file = join(folder, 'acme-lock.mjs');
const fixture = serviceFixture();
beforeAll(() => {
  writeFileSync(file, acme);
  buildService();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the built service with an external strategy', () => {
  it('loads a file, and knows its refusals from bugs', async () => {
    await using child = await startServiceProcess({ ...fixture().env, LOCK_STRATEGY: file });
    const { token, couponId } = await createCouponAt(child, 100);
    const answers = await claimAll(child.url, token, couponId, { total: 12, connections: 1 });
    expect(answers.map(({ status, reason }) => `${status} ${reason}`.trim())).toEqual([
      '200',
      '200',
      '503 LEASE_LOST',
      '200',
      '200',
      '409 LOCK_TIMEOUT',
      '200',
      '200',
      '503 LEASE_LOST',
      '200',
      '200',
      '409 LOCK_TIMEOUT',
    ]);
    expect((await apiClient(child.url)('GET', '/metrics')).text).toContain('strategy="acme-lock"');
  });

  it('loads a package, which finds its own dependencies', async () => {
    await using child = await startServiceProcess({
      ...fixture().env,
      LOCK_STRATEGY: '@coupon/comparison-redlock',
    });
    const { token, couponId } = await createCouponAt(child, 20);
    const answers = await claimAll(child.url, token, couponId, { total: 30, connections: 10 });
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(20);
    expect(answers.filter(({ reason }) => reason === 'SOLD_OUT')).toHaveLength(10);
  });

  it('names its wrong setting among the others, and the package that is missing', async () => {
    expect(
      await startupError({
        ...fixture().env,
        LOCK_STRATEGY: file,
        ACME_REFUSE_EVERY: '1',
        PORT: 'x',
      }),
    ).toBe(
      'PORT=x: must be a whole number from 0 to 65535\n' +
        'ACME_REFUSE_EVERY=1: must be a whole number from 2 to 9',
    );
    expect(await startupError({ ...fixture().env, LOCK_STRATEGY: '@acme/none' })).toMatch(
      /^LOCK_STRATEGY=@acme\/none: must be a package or a file that is found from [^\n]+$/,
    );
  });
});
