import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { couponSchema, sessionSchema } from '@coupon/http-contract';
import { buildService, claimAll, startChild, type Child } from './child.js';
import { admin, caller, openCoupon, openRoom, type Room } from './room.js';

/**
 * A lock of somebody else's: it imports nothing, locks the row, and turns every third claim away in
 * each way that it can.
 */
const acme = `
let claims = 0;
export default {
  name: 'acme-lock',
  guarantees: { neverOverIssues: true, neverLosesUpdates: true, recordedOnReturn: true, acrossProcesses: true, survivesPausedHolder: true },
  settings: (env, read) => ({ refuseEvery: read.integer('ACME_REFUSE_EVERY', { fallback: 3, min: 2, max: 9 }) }),
  section: ({ stockStore, api }, { refuseEvery }) => ({
    enter(terms, work, deadline) {
      claims += 1;
      if (claims % refuseEvery === 0) throw claims % 2 === 0 ? new api.NoVerdict('contended', 'not now') : Object.assign(new Error('not now'), { name: 'NoVerdict', kind: 'lease-lost' });
      return stockStore.inTransaction('lock-row', work, deadline);
    },
  }),
};`;

const folder = mkdtempSync(join(tmpdir(), 'coupon-outside-'));
const file = join(folder, 'acme-lock.mjs');
let room: Room;

beforeAll(async () => {
  writeFileSync(file, acme);
  buildService();
  room = await openRoom();
});
afterAll(async () => {
  await room[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

async function couponOf(
  child: Child,
  totalQuantity: number,
): Promise<{ readonly token: string; readonly couponId: number }> {
  const call = caller(child.url);
  const { token } = sessionSchema.parse(
    (await call('POST', '/api/v1/auth/login', { json: admin })).body,
  );
  return {
    token,
    couponId: couponSchema.parse(
      (await call('POST', '/api/v1/coupons', { token, json: openCoupon(totalQuantity) })).body,
    ).id,
  };
}

describe('the built service with a strategy from outside', () => {
  it('loads a file, and knows its refusals from bugs', async () => {
    const child = await startChild({ ...room.env, LOCK_STRATEGY: file });
    try {
      const { token, couponId } = await couponOf(child, 100);
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
      expect((await caller(child.url)('GET', '/metrics')).text).toContain('strategy="acme-lock"');
    } finally {
      await child[Symbol.asyncDispose]();
    }
  });

  it('loads a package, which finds its own dependencies', async () => {
    const child = await startChild({ ...room.env, LOCK_STRATEGY: '@coupon/comparison-redlock' });
    try {
      const { token, couponId } = await couponOf(child, 20);
      const answers = await claimAll(child.url, token, couponId, { total: 30, connections: 10 });
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(20);
      expect(answers.filter(({ reason }) => reason === 'SOLD_OUT')).toHaveLength(10);
    } finally {
      await child[Symbol.asyncDispose]();
    }
  });

  it('says which of its settings is wrong, together with the others, and which package is missing', async () => {
    const lastWords = (env: Record<string, string>) =>
      startChild({ ...room.env, ...env }).then(() => 'it started', String);
    expect(await lastWords({ LOCK_STRATEGY: file, ACME_REFUSE_EVERY: '1', PORT: 'x' })).toBe(
      'Error: PORT=x: must be a whole number from 0 to 65535\nACME_REFUSE_EVERY=1: must be a whole number from 2 to 9',
    );
    expect(await lastWords({ LOCK_STRATEGY: '@acme/none' })).toMatch(
      /^Error: LOCK_STRATEGY=@acme\/none: must be a package or a file that is found from [^\n]+$/,
    );
  });
});
