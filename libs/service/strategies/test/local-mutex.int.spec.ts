import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NoVerdict, RequestDeadline } from '@coupon/application';
import { couponId, userId, type StockSnapshot } from '@coupon/domain';
import type { StockStore, TransactionMode, StockTransaction } from '@coupon/concurrency';
import { pluginNamed } from '../src/index.js';
import { benchRoom, claim, rush, type BenchRoom } from './bench-room.js';

let room: BenchRoom;
beforeAll(async () => {
  room = await benchRoom();
}, 60_000);
afterAll(async () => room[Symbol.asyncDispose]());

describe('local-mutex', () => {
  it('grants in the order of arrival', async () => {
    const verdicts = await rush(
      [await room.open('local-mutex')],
      await room.coupon(30),
      room.users,
      30,
    );
    expect(
      verdicts.map((verdict) =>
        verdict instanceof Error ? verdict : verdict.kind === 'granted' && verdict.ordinal,
      ),
    ).toEqual(Array.from({ length: 30 }, (_, n) => n + 1));
  });

  it('breaks with two processes: lost updates, deadlocks, duplicate ordinals', async () => {
    const terms = await room.coupon(1_000);
    const verdicts = await rush(
      [await room.open('local-mutex'), await room.open('local-mutex')],
      terms,
      room.users,
      400,
    );
    const { quantity, rows } = await room.books(terms);
    expect(quantity).toBeGreaterThan(1_000 - rows.length);
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
      ...room.resources,
      stockStore: books,
    });
    using deadline = new RequestDeadline({ nowMs: () => Date.now() }, 5_000);
    const enter = () =>
      section
        ?.enter(
          { couponId: couponId(1), totalQuantity: 1, perUserLimit: null },
          () => Promise.resolve(userId(1)),
          deadline,
        )
        .catch(() => undefined);
    for (let n = 0; n < 4; n += 1) await enter();
    expect(modes).toEqual(['plain', 'lock-row', 'lock-row', 'plain']);
  });

  it('goes on after a claim that was given up', async () => {
    const terms = await room.coupon(1);
    const strategy = await room.open('local-mutex', { MYSQL_TRANSACTION_MAX_MS: '300' });
    const blocker = await room.mysql.db.startTransaction().execute();
    await blocker
      .updateTable('coupons')
      .set({ name: 'held' })
      .where('id', '=', terms.couponId)
      .execute();
    const [user] = room.users;
    if (user === undefined) throw new Error('the room has users');
    await expect(claim(strategy, terms, user)).rejects.toMatchObject({ kind: 'unavailable' });
    await blocker.rollback().execute();
    expect(await claim(strategy, terms, user)).toMatchObject({ kind: 'granted', ordinal: 1 });
  });
});
