import type { CouponId } from '@coupon/domain';
import { holdingsOf } from '@coupon/mysql';
import type { KilledBy } from './support/killed-by.js';
import { underRowLock } from './support/under-row-lock.js';

/** See {@link KilledBy}. */
export const killedBy: KilledBy = { scenario: 'two-processes', invariant: 'numbered-once-each' };

/** Some transactions long, also on a busy machine. */
const FRESH_MS = 40;

/** Takes what it last counted for true for a few milliseconds. */
export default underRowLock('counts-cached-briefly', ({ clock }) => {
  const cached = new Map<CouponId, { readonly taken: number; readonly untilMs: number }>();
  return async ({ terms, user }, { quantity, total }, transaction) => {
    const known = cached.get(terms.couponId);
    const nowMs = clock.monotonicMs();
    const taken = known !== undefined && nowMs < known.untilMs ? known.taken : total - quantity;
    const held = await holdingsOf(transaction, terms, [user]);
    const isGranted = taken < total && (held.get(user) ?? 0) < (terms.perUserLimit ?? Infinity);
    cached.set(terms.couponId, { taken: taken + Number(isGranted), untilMs: nowMs + FRESH_MS });
    return { taken, held };
  };
});
