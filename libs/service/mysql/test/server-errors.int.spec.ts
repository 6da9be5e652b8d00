import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RequestDeadline } from '@coupon/application';
import { sql, type Transaction } from 'kysely';
import { runTransaction, type Schema } from '../src/index.js';
import { clock, openMysqlFixture, type MysqlFixture } from './mysql-fixture.js';

let fixture: MysqlFixture;
beforeAll(async () => {
  fixture = await openMysqlFixture('errors');
}, 60_000);
afterAll(async () => fixture[Symbol.asyncDispose]());

const transact = async <T>(work: (transaction: Transaction<Schema>) => Promise<T>): Promise<T> => {
  using deadline = new RequestDeadline(clock, 1_000);
  return await runTransaction(fixture.mysql, work, deadline);
};
/** The server's answer to a statement that fails with `errno` and `message`. */
const failure = (errno: number, message: string) =>
  transact((transaction) =>
    sql`SIGNAL SQLSTATE 'HY000'
      SET MYSQL_ERRNO = ${sql.lit(errno)}, MESSAGE_TEXT = ${sql.lit(message)}`.execute(transaction),
  );

describe('a full disk', () => {
  it.each([
    [1021, 'Disk full (/tmp/x); waiting for someone to free some space...'],
    [1026, 'Error writing file \'/x\' (errno: 28 "No space left on device")'],
    [1030, 'Got error 28 "No space left on device" from storage engine InnoDB'],
    [1114, "The table 'user_coupon' is full"],
  ])('is unavailable (errno %i)', async (errno, message) => {
    await expect(failure(errno, message)).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('is not what every error of the storage engine means', async () => {
    const error = failure(1030, 'Got error 168 "Unknown (generic) error from engine"');
    await expect(error).rejects.toMatchObject({ errno: 1030 });
  });
});

describe('rows that an administrator left at odds', () => {
  it('a quantity below zero is inconsistent', async () => {
    const { couponId } = await fixture.createCoupon(1);
    const taking = transact((transaction) =>
      transaction
        .updateTable('coupons')
        .set((eb) => ({ quantity: eb('quantity', '-', 2) }))
        .where('id', '=', couponId)
        .execute(),
    );
    await expect(taking).rejects.toMatchObject({ kind: 'inconsistent' });
  });

  it('a number that does not fit its column is inconsistent', async () => {
    const { couponId } = await fixture.createCoupon(1);
    const writing = transact((transaction) =>
      transaction.updateTable('coupons').set({ quantity: -1 }).where('id', '=', couponId).execute(),
    );
    await expect(writing).rejects.toMatchObject({ kind: 'inconsistent' });
  });

  it('a grant of a deleted coupon is inconsistent, as is a coupon without its row', async () => {
    const inserting = transact((transaction) =>
      sql`INSERT INTO user_coupon (coupon_id, user_id, ordinal, claim_id, issued_at)
        VALUES (9999999, 9999999, 1, UUID(), NOW())`.execute(transaction),
    );
    await expect(inserting).rejects.toMatchObject({ kind: 'inconsistent' });
    const reading = transact((transaction) =>
      transaction
        .selectFrom('coupons')
        .select('id')
        .where('id', '=', 9_999_999)
        .executeTakeFirstOrThrow(),
    );
    await expect(reading).rejects.toMatchObject({ kind: 'inconsistent' });
  });
});
