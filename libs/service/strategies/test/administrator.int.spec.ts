import { describe, expect, it } from '@jest/globals';
import { NoVerdict, type IssuanceStrategy } from '@coupon/application';
import type { StockStore } from '@coupon/concurrency';
import type { Terms } from '@coupon/domain';
import { pluginNamed } from '../src/index.js';
import { chosenStrategy, claim, outcomeOf, strategyFixture, upTo } from './fixture.js';
import { countedAs } from './redis-counter-fixture.js';

const fixture = strategyFixture();

const change = (terms: Terms, quantity: number, total: number): Promise<unknown> =>
  fixture.mysql.db
    .updateTable('coupons')
    .set({ quantity, total_quantity: total })
    .where('id', '=', terms.couponId)
    .execute();

const ordinalsOf = async (terms: Terms): Promise<readonly number[]> =>
  (await fixture.rowsOf(terms)).rows.map(({ ordinal }) => ordinal);

/** Makes `count` claims, one after the other: how each of them ended. */
async function outcomesOf(
  strategy: IssuanceStrategy,
  terms: Terms,
  count: number,
): Promise<readonly string[]> {
  const outcomes: string[] = [];
  for (let n = 0; n < count; n += 1)
    outcomes.push(await outcomeOf(claim(strategy, terms, fixture.user)));
  return outcomes;
}

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

const lockless = [
  ['local-mutex', {}],
  ['redis-spin-lock', {}],
  ['redis-pubsub-lock', {}],
  ['redis-queue-lock', {}],
  ['redis-spin-lock', { REDIS_SPIN_LOCK_FENCED: 'true' }],
  ['mysql-named-lock', {}],
  ['mysql-optimistic', {}],
] as const;

/** Runs `tests` where `name` is the strategy that is chosen. */
const describeChosen = (name: string, title: string, tests: () => void): void => {
  if (name === chosenStrategy) describe(title, tests);
};

for (const [name, env] of lockless)
  describeChosen(name, `${name} ${JSON.stringify(env)}`, () => {
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

/** Those that read the coupon's row for every claim. */
const readers = [
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
];

for (const name of readers)
  describeChosen(name, name, () => {
    // The units that mysql-skip-locked laid out before are still right.
    const stillRight = name === 'mysql-skip-locked' ? 3 : 0;
    it.each([
      ['more remains than there ever was', 0, 0, 99, 50, '99 of 50 remain'],
      ['the total is lowered alone', 7, 0, 3, 5, '3 of 5 remain, 7 are issued'],
      [
        'the quantity is raised alone',
        7,
        stillRight,
        5,
        10,
        `${5 - stillRight} of 10 remain, ${7 + stillRight} are issued`,
      ],
    ])(
      'is told a named problem, counted and logged once, where %s',
      async (_, issued, more, quantity, total, found) => {
        const terms = await fixture.coupon(10);
        const lines: string[] = [];
        await using strategy = await pluginNamed(name).configure({})({
          ...fixture.resources,
          log: { ...fixture.resources.log, error: (line) => void lines.push(line) },
        });
        await outcomesOf(strategy, terms, issued);
        await change(terms, quantity, total);
        await outcomesOf(strategy, terms, more);
        const before = fixture.counted.length;
        for (const asked of [terms, { ...terms, totalQuantity: total }]) {
          const error = await claim(strategy, asked, fixture.user).catch(
            (thrown: unknown) => thrown,
          );
          expect(error).toBeInstanceOf(NoVerdict);
          expect(error).toMatchObject({
            kind: 'inconsistent',
            message: `coupon ${terms.couponId} does not add up: ${found}`,
          });
        }
        expect(fixture.counted.slice(before)).toEqual(['stock_unsound', 'stock_unsound']);
        expect(lines).toEqual(['unsound stock']);
        expect(await ordinalsOf(terms)).toEqual(upTo(issued + more));
      },
    );

    it('issues no more than a lowered total, also while the old terms are remembered', async () => {
      const terms = await fixture.coupon(10);
      const strategy = await fixture.open(name);
      await outcomesOf(strategy, terms, 3);
      await change(terms, 1, 4);
      expect(await outcomesOf(strategy, terms, 3)).toEqual(['granted', 'refused', 'refused']);
      const newTerms = { ...terms, totalQuantity: 4 };
      expect(await outcomesOf(strategy, newTerms, 1)).toEqual(['refused']);
      expect(await fixture.rowsOf(terms)).toMatchObject({ quantity: 0, rows: { length: 4 } });
      expect(await ordinalsOf(terms)).toEqual(upTo(4));
    });

    it('issues a raised total, also while the old terms are remembered', async () => {
      const terms = await fixture.coupon(2);
      const strategy = await fixture.open(name);
      expect(await outcomesOf(strategy, terms, 3)).toEqual(['granted', 'granted', 'refused']);
      await change(terms, 2, 4);
      expect(await outcomesOf(strategy, terms, 3)).toEqual(['granted', 'granted', 'refused']);
      expect(await ordinalsOf(terms)).toEqual(upTo(4));
    });
  });

for (const name of [...readers, 'redis-counter'])
  describeChosen(name, name, () => {
    it('issues a coupon again that was given back by hand, under a number of its own', async () => {
      const terms = await fixture.coupon(5);
      const strategy = await fixture.open(name);
      await outcomesOf(strategy, terms, 4);
      await fixture.rowsOf(terms);
      await fixture.mysql.db
        .deleteFrom('user_coupon')
        .where('coupon_id', '=', terms.couponId)
        .where('ordinal', '=', 2)
        .execute();
      await change(terms, 2, 5);
      // who counts in Redis hears of it within a second or two
      if (!readers.includes(name)) await countedAs(fixture, terms, { taken: 3 });
      expect(await outcomesOf(strategy, terms, 3)).toEqual(['granted', 'granted', 'refused']);
      expect(await ordinalsOf(terms)).toEqual([1, 3, 4, 5, 6]);
      expect((await fixture.rowsOf(terms)).quantity).toBe(0);
    });
  });
