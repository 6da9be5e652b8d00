import { describe, expect, it } from '@jest/globals';
import { NoVerdict, RequestDeadline } from '@coupon/application';
import { couponId, userId, type StockSnapshot } from '@coupon/domain';
import type { StockStore, TransactionMode, StockTransaction } from '@coupon/concurrency';
import { pluginNamed } from '../src/index.js';
import { claim, clock, rush, strategyFixture } from './fixture.js';

const fixture = strategyFixture();

describe('local-mutex', () => {
  it('grants in the order of arrival', async () => {
    const verdicts = await rush(
      [await fixture.open('local-mutex')],
      await fixture.coupon(30),
      fixture.users,
      30,
    );
    expect(
      verdicts.map((verdict) =>
        verdict instanceof Error ? verdict : verdict.kind === 'granted' && verdict.ordinal,
      ),
    ).toEqual(Array.from({ length: 30 }, (_, n) => n + 1));
  });

  it('breaks with two processes: deadlocks, duplicate ordinals', async () => {
    const terms = await fixture.coupon(1_000);
    const verdicts = await rush(
      [await fixture.open('local-mutex'), await fixture.open('local-mutex')],
      terms,
      fixture.users,
      400,
    );
    const { quantity, rows } = await fixture.rowsOf(terms);
    expect(quantity).toBe(1_000 - rows.length);
    expect(new Set(rows.map((row) => row.ordinal)).size).toBeLessThan(rows.length);
    expect(
      verdicts.filter((verdict) => verdict instanceof NoVerdict && verdict.kind === 'deadlocked')
        .length,
    ).toBeGreaterThan(0);
  }, 60_000);

  it('after a COMMIT without an answer the next claim waits for it in the database', async () => {
    const answers = ['indeterminate', 'unavailable', 'done', 'done'];
    const modes: TransactionMode[] = [];
    const empty: StockSnapshot = { taken: 0, held: new Map(), readAtMs: 0 };
    const ledger: StockTransaction = {
      read: () => Promise.resolve(empty),
      record: () => Promise.resolve(),
    };
    const books: StockStore = {
      transactionMaxMs: 1_000,
      transactionsMax: 1,
      inTransaction(mode, work) {
        modes.push(mode);
        const answer = answers.shift();
        return answer === 'indeterminate' || answer === 'unavailable'
          ? Promise.reject(new NoVerdict(answer, 'as told'))
          : work(ledger);
      },
    };
    const section = await pluginNamed('local-mutex').configureSection?.({})({
      ...fixture.resources,
      stockStore: books,
    });
    using deadline = new RequestDeadline(clock, 5_000);
    const enter = () =>
      section
        ?.enter(
          { couponId: couponId(1), totalQuantity: 1, perUserLimit: null },
          () => Promise.resolve(userId(1)),
          deadline,
        )
        .catch(() => undefined);
    for (let n = 0; n < 4; n += 1) await enter();
    expect(modes).toEqual(['subtract', 'lock-row', 'lock-row', 'subtract']);
  });

  it('goes on after a claim that was given up', async () => {
    const terms = await fixture.coupon(1);
    const strategy = await fixture.open('local-mutex', { MYSQL_TRANSACTION_MAX_MS: '300' });
    const blocker = await fixture.mysql.db.startTransaction().execute();
    await blocker
      .updateTable('coupons')
      .set({ name: 'held' })
      .where('id', '=', terms.couponId)
      .execute();
    await expect(claim(strategy, terms, fixture.user)).rejects.toMatchObject({
      kind: 'unavailable',
    });
    await blocker.rollback().execute();
    expect(await claim(strategy, terms, fixture.user)).toMatchObject({
      kind: 'granted',
      ordinal: 1,
    });
  });
});
