import { createHash } from 'node:crypto';
import { claimId, type ClaimId, type CouponId } from '@coupon/domain';
import { countGrants, raisedTo, soundStock, type runTransaction } from '@coupon/mysql';
import type { StreamedGrant } from './grant-stream.js';

/** The queries of a transaction on the database. */
export type Transaction = Parameters<Parameters<typeof runTransaction>[1]>[0];

/**
 * What the coupon's row says, `locked` until the transaction ends or not. Rejects with UnsoundStock
 * where its numbers do not add up.
 */
export async function stockOf(
  transaction: Transaction,
  couponId: CouponId,
  locked: 'locked' | 'unlocked',
): ReturnType<typeof soundStock> {
  const coupon = transaction
    .selectFrom('coupons')
    .select(['quantity', 'total_quantity', 'last_ordinal'])
    .where('id', '=', couponId);
  const row = await (locked === 'locked' ? coupon.forUpdate() : coupon).executeTakeFirstOrThrow();
  return soundStock({ couponId }, row, () => countGrants(transaction, { couponId }));
}

/** How many each user holds, as the scripts take it: user, how many, user, how many ... */
export async function holdingsOfAll(
  transaction: Transaction,
  coupon: CouponId,
): Promise<readonly number[]> {
  const held = await transaction
    .selectFrom('user_coupon')
    .select(({ fn }) => ['user_id', fn.countAll<number>().as('count')])
    .where('coupon_id', '=', coupon)
    .groupBy('user_id')
    .execute();
  return held.flatMap(({ user_id, count }) => [user_id, count]);
}

/** Sees to it that no ordinal up to `ordinal` is given again, whichever strategy issues next. */
export async function raiseLastOrdinal(
  db: Pick<Transaction, 'updateTable'>,
  coupon: CouponId,
  ordinal: number,
): Promise<void> {
  await db
    .updateTable('coupons')
    .set({ last_ordinal: raisedTo(ordinal) })
    .where('id', '=', coupon)
    .execute();
}

/** Those of `grants` that have a row of this coupon. */
export async function recordedAmong(
  transaction: Transaction,
  coupon: CouponId,
  grants: readonly StreamedGrant[],
): Promise<ReadonlySet<StreamedGrant>> {
  if (grants.length === 0) return new Set();
  const ids = grants.flatMap(({ claim }) => [claim, derivedId(coupon, claim)]);
  const rows = await transaction
    .selectFrom('user_coupon')
    .select('claim_id')
    .where('coupon_id', '=', coupon)
    .where('claim_id', 'in', ids)
    .execute();
  const recorded = new Set(rows.map((row) => row.claim_id));
  return new Set(
    grants.filter(({ claim }) => recorded.has(claim) || recorded.has(derivedId(coupon, claim))),
  );
}

/**
 * The id under which a claim of `coupon` is recorded whose own id another coupon's row has: the
 * same one for the same claim, so that a redelivery finds its row.
 */
export const derivedId = (coupon: CouponId, claim: ClaimId): ClaimId => {
  const hex = createHash('sha256').update(`${coupon}:${claim}`).digest('hex');
  return claimId(
    [
      hex.slice(0, 8),
      hex.slice(8, 12),
      hex.slice(12, 16),
      hex.slice(16, 20),
      hex.slice(20, 32),
    ].join('-'),
  );
};
