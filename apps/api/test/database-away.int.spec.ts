import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { couponId } from '@coupon/domain';
import { createCoupon, logIn } from './api-client.js';
import { openDatabaseGate, type DatabaseGate } from './database-gate.js';
import { admin, openServiceFixture, type ServiceFixture } from './service-fixture.js';

let fixture: ServiceFixture;
let gate: DatabaseGate;

beforeAll(async () => {
  fixture = await openServiceFixture();
  gate = await openDatabaseGate(fixture.env['DATABASE_URL'] ?? '');
});
afterAll(async () => {
  gate.open();
  await fixture[Symbol.asyncDispose]();
  await gate[Symbol.asyncDispose]();
});

const STALE_MS = 100;

it('redis-counter grants while the database is killed or silent, and records later', async () => {
  const { call } = await fixture.startService({
    DATABASE_URL: gate.url,
    LOCK_STRATEGY: 'redis-counter',
    CATALOG_STALE_MS: String(STALE_MS),
  });
  const token = await logIn(call, admin);
  const id = await createCoupon(call, token, 100);
  const issue = () => call('POST', `/api/v1/coupons/${id}/issue`, { token });
  expect((await issue()).body).toMatchObject({ ordinal: 1 });
  for (const away of ['kill', 'silence'] as const) {
    gate[away]();
    await sleep(2 * STALE_MS);
    for (let n = 0; n < 5; n += 1) {
      const sentAtMs = performance.now();
      expect((await issue()).status).toBe(200);
      expect(performance.now() - sentAtMs).toBeLessThan(1_000);
      await sleep(STALE_MS);
    }
    gate.open();
  }
  await expect(recorded(id)).resolves.toEqual({ remaining: 89, grants: 11 });
}, 40_000);

/** The coupon's progress, once 11 grants are recorded or 20 seconds have passed. */
async function recorded(id: number) {
  for (let tries = 0; tries < 200; tries += 1) {
    const progress = await fixture.records.progress(couponId(id));
    if (progress?.grants === 11) return progress;
    await sleep(100);
  }
  return fixture.records.progress(couponId(id));
}
