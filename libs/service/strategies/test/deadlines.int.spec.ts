import { afterAll, beforeAll, expect, it } from '@jest/globals';
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

const DEADLINE_MS = 1_500;
/** The deadline, one second more, and what a busy machine may take: far below a transaction. */
const ANSWERED_MS = DEADLINE_MS + 1_000 + 3_000;

/** Limits that end nothing: what ends a claim here is its deadline. */
const LONG_MS = '30000';
const LONGER_MS = '60000';
const env = {
  MYSQL_TRANSACTION_MAX_MS: LONG_MS,
  REDIS_SPIN_LOCK_LEASE_MS: LONGER_MS,
  REDIS_PUBSUB_LOCK_LEASE_MS: LONGER_MS,
  REDIS_QUEUE_LOCK_LEASE_MS: LONGER_MS,
  REDIS_COUNTER_SETTLER: 'apart',
};

const strategies = [
  'no-lock',
  'local-mutex',
  'redis-spin-lock',
  'redis-pubsub-lock',
  'redis-queue-lock',
  'mysql-for-update',
  'mysql-named-lock',
  'mysql-optimistic',
  'mysql-serializable',
  'mysql-conditional-update',
  'mysql-skip-locked',
  'group-commit',
  'redis-counter',
];

for (const name of strategies.filter((one) => one === chosenStrategy)) {
  const timed = async (claimed: Promise<{ readonly kind: string }>) => {
    const beganMs = performance.now();
    const outcome = await outcomeOf(claimed);
    return { outcome, tookMs: performance.now() - beganMs };
  };

  it(`${name}: a claim is answered although a stranger holds the coupon's row`, async () => {
    const terms = await fixture.coupon(5);
    const strategy = await fixture.open(name, env);
    const stranger = await fixture.mysql.db.startTransaction().execute();
    await stranger
      .updateTable('coupons')
      .set({ name: 'held' })
      .where('id', '=', terms.couponId)
      .execute();
    const first = timed(claim(strategy, terms, fixture.user, undefined, DEADLINE_MS));
    const second = timed(claim(strategy, terms, fixture.user, undefined, DEADLINE_MS));
    for (const { outcome, tookMs } of [await first, await second]) {
      expect(['contended', 'unavailable']).toContain(outcome);
      expect(tookMs).toBeLessThan(ANSWERED_MS);
    }
    await stranger.rollback().execute();
    expect((await fixture.rowsOf(terms)).rows).toEqual([]);
  }, 30_000);

  const recordsItself = name !== 'redis-counter';
  if (recordsItself)
    it(`${name}: a claim whose COMMIT stays without an answer is answered in time`, async () => {
      const terms = await fixture.coupon(5);
      const strategy = await fixture.open(name, { ...env, DATABASE_URL: behindProxy });
      expect(await outcomeOf(claim(strategy, terms, fixture.user))).toBe('granted');
      proxy.delayAt('commit', 12_000);
      const { outcome, tookMs } = await timed(
        claim(strategy, terms, fixture.user, undefined, DEADLINE_MS),
      );
      expect(outcome).toBe('indeterminate');
      expect(tookMs).toBeLessThan(ANSWERED_MS);
      proxy.silence(); // that COMMIT never arrives
    }, 30_000);

  it(`${name}: a claim is answered although the database falls silent`, async () => {
    const terms = await fixture.coupon(5);
    const strategy = await fixture.open(name, { ...env, DATABASE_URL: behindProxy });
    if (recordsItself)
      expect(await outcomeOf(claim(strategy, terms, fixture.user))).toBe('granted');
    proxy.stall();
    const { outcome, tookMs } = await timed(
      claim(strategy, terms, fixture.user, undefined, DEADLINE_MS),
    );
    expect(['contended', 'unavailable', 'indeterminate']).toContain(outcome);
    expect(tookMs).toBeLessThan(ANSWERED_MS);
    proxy.resume();
  }, 30_000);
}
