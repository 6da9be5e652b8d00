import { describe, expect, it } from '@jest/globals';
import { NoVerdict } from '@coupon/application';
import type { StockStore } from '@coupon/concurrency';
import type { Terms } from '@coupon/domain';
import { pluginNamed } from '../src/index.js';
import { claim, outcomeOf, strategyFixture } from './fixture.js';

const fixture = strategyFixture();

const change = (terms: Terms, quantity: number, total: number): Promise<unknown> =>
  fixture.mysql.db
    .updateTable('coupons')
    .set({ quantity, total_quantity: total })
    .where('id', '=', terms.couponId)
    .execute();

/** The stock, but an administrator changes the coupon by SQL right after its first read. */
function changedAfterRead(terms: Terms, quantity: number, total: number): StockStore {
  const { stockStore } = fixture.resources;
  let isChanged = false;
  return {
    ...stockStore,
    inTransaction: (mode, work, deadline) =>
      stockStore.inTransaction(
        mode,
        (stock) =>
          work({
            async read(...asked) {
              const seen = await stock.read(...asked);
              if (!isChanged) await change(terms, quantity, total);
              isChanged = true;
              return seen;
            },
            record: (grants) => stock.record(grants),
          }),
        deadline,
      ),
  };
}

describe.each([
  ['redis-spin-lock', {}],
  ['redis-pubsub-lock', {}],
  ['redis-queue-lock', {}],
  ['redis-spin-lock', { REDIS_SPIN_LOCK_FENCED: 'true' }],
  ['mysql-optimistic', {}],
])('%s %j', (name, env: Record<string, string>) => {
  it("keeps an administrator's change between its read and its write", async () => {
    const terms = await fixture.coupon(10);
    await using strategy = await pluginNamed(name).configure(env)({
      ...fixture.resources,
      stockStore: changedAfterRead(terms, 15, 15),
    });
    await outcomeOf(claim(strategy, terms, fixture.user));
    const { quantity, rows } = await fixture.rowsOf(terms);
    expect(quantity).toBe(15 - rows.length);
  });
});

it.each(['mysql-for-update', 'redis-spin-lock', 'mysql-optimistic', 'group-commit'])(
  '%s: a coupon whose numbers do not add up is a named problem, counted and logged once',
  async (name) => {
    const terms = await fixture.coupon(10);
    await change(terms, 99, 50);
    const lines: string[] = [];
    const before = fixture.counted.length;
    await using strategy = await pluginNamed(name).configure({})({
      ...fixture.resources,
      log: { ...fixture.resources.log, error: (line) => void lines.push(line) },
    });
    for (let n = 0; n < 2; n += 1) {
      const error = await claim(strategy, terms, fixture.user).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(NoVerdict);
      expect(error).toMatchObject({
        kind: 'inconsistent',
        message: `coupon ${terms.couponId} does not add up: 99 of 50 remain`,
      });
    }
    expect(fixture.counted.slice(before)).toEqual(['stock_unsound', 'stock_unsound']);
    expect(lines).toEqual(['unsound stock']);
  },
);
