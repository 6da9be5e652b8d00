import type { CouponId } from '@coupon/domain';
import { holdingsOf } from '@coupon/mysql';
import type { KilledBy } from './support/killed-by.js';
import { underRowLock } from './support/under-row-lock.js';

/** See {@link KilledBy}. */
export const killedBy: KilledBy = {
  scenario: 'order-among-processes',
  invariant: 'numbered-in-order',
};

const BLOCK = 5;

/** Each process numbers coupons from blocks of its own, and at the end takes what others left. */
export default underRowLock('numbers-in-blocks', () => {
  const blocks = new Map<CouponId, number[]>();
  return async ({ terms, user }, { quantity, total }, transaction) => {
    const { couponId } = terms;
    const held = await holdingsOf(transaction, terms, [user]);
    if (quantity === 0) return { taken: total, held };
    const rows = await transaction
      .selectFrom('user_coupon')
      .select('ordinal')
      .where('coupon_id', '=', couponId)
      .execute();
    const used = new Set(rows.map(({ ordinal }) => ordinal));
    const free = (numbers: readonly number[]): number[] =>
      numbers.filter((number) => number <= total && !used.has(number));
    const from = (first: number, count: number): number[] =>
      Array.from({ length: count }, (_, n) => first + n);
    const own = free(blocks.get(couponId) ?? []);
    const next = free(from(Math.ceil(Math.max(0, ...used) / BLOCK) * BLOCK + 1, BLOCK));
    const block = own.length > 0 ? own : next.length > 0 ? next : free(from(1, total));
    blocks.set(couponId, block);
    return { taken: (block[0] ?? total + 1) - 1, held };
  };
});
