import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cuttingProxy, type CuttingProxy } from '../../mysql/test/cutting-proxy.js';
import { chosenStrategy, claim, outcomeOf, strategyFixture } from './fixture.js';

const fixture = strategyFixture();
let proxy: CuttingProxy;
let behindProxy: string;
beforeAll(async () => {
  const url = new URL(fixture.mysql.settings.url);
  proxy = await cuttingProxy(Number(url.port));
  url.port = String(proxy.port);
  behindProxy = url.href;
});
afterAll(async () => {
  await proxy[Symbol.asyncDispose]();
});

/** Longer than a lease of 5 s, so that the next holder enters before the COMMIT arrives. */
const LATE_MS = 6_500;

const chosen = ['redis-spin-lock', 'redis-pubsub-lock', 'redis-queue-lock'].filter(
  (name) => name === chosenStrategy,
);

describe.each(chosen)('%s', (name) => {
  it('loses no update when a COMMIT arrives after the end of its lease', async () => {
    const terms = await fixture.coupon(5);
    const delayed = await fixture.open(name, { DATABASE_URL: behindProxy });
    const direct = await fixture.open(name);
    await claim(delayed, terms, fixture.user);
    proxy.delayAt('commit', LATE_MS);
    const late = outcomeOf(claim(delayed, terms, fixture.user));
    const next = sleep(500).then(() => outcomeOf(claim(direct, terms, fixture.user)));
    expect(await late).toBe('indeterminate');
    expect(await next).toBe('granted');
    await sleep(LATE_MS - 4_000);
    const { quantity, rows } = await fixture.rowsOf(terms);
    expect({ ordinals: rows.map(({ ordinal }) => ordinal), quantity }).toEqual({
      ordinals: [1, 2],
      quantity: 3,
    });
  }, 30_000);
});
