import { allGuarantees, type Deadline } from '@coupon/application';
import type { Claim, Verdict } from '@coupon/domain';
import {
  countGrants,
  holdingsOf,
  insertGrants,
  nextOrdinal,
  runTransaction,
  soundStock,
  type Mysql,
} from '@coupon/mysql';
import { crossCheck } from '@coupon/concurrency';
import { definePlugin } from '../plugin.js';

/**
 * The database decides: one UPDATE takes a coupon if there is one. It also locks the row, so what
 * is read afterwards stays true until COMMIT; and because it precedes the INSERT, no two
 * transactions wait for each other.
 */
export const mysqlConditionalUpdate = definePlugin({
  name: 'mysql-conditional-update',
  summary: {
    en: 'one UPDATE that takes a coupon if there is one',
    ko: '남은 것이 있을 때만 하나를 가져가는 UPDATE 한 번',
  },
  guarantees: allGuarantees,
  settings: () => undefined,
  open: ({ mysql }) => ({
    async issue(claim, deadline) {
      try {
        return await issue(mysql, claim, deadline);
      } catch (error) {
        if (error instanceof RolledBack) return error.verdict;
        throw error;
      }
    },
  }),
});

/** Rolls the UPDATE back: a coupon was left, but this user has reached the limit. */
class RolledBack extends Error {
  constructor(readonly verdict: Verdict) {
    super('rolled back');
  }
}

function issue(mysql: Mysql, claim: Claim, deadline: Deadline): Promise<Verdict> {
  const { terms, user } = claim;
  return runTransaction(
    mysql,
    async (transaction) => {
      const { numUpdatedRows } = await transaction
        .updateTable('coupons')
        .set((eb) => ({
          last_ordinal: nextOrdinal, // before `quantity`, which it is computed from
          quantity: eb('quantity', '-', 1),
          version: eb('version', '+', 1),
        }))
        .where('id', '=', terms.couponId)
        .where('quantity', '>', 0)
        .executeTakeFirst();
      const taken = Number(numUpdatedRows);
      const coupon = await transaction
        .selectFrom('coupons')
        .select(['quantity', 'total_quantity', 'last_ordinal'])
        .where('id', '=', terms.couponId)
        .executeTakeFirstOrThrow();
      const before = {
        ...coupon,
        quantity: coupon.quantity + taken,
        last_ordinal: coupon.last_ordinal - taken,
      };
      const stock = await soundStock(terms, before, () => countGrants(transaction, terms));
      const held = await holdingsOf(transaction, terms, [user]);
      const allowed = terms.perUserLimit === null || (held.get(user) ?? 0) < terms.perUserLimit;
      const seen = { ...stock, held, readAtMs: mysql.clock.nowMs() };
      const verdict = crossCheck(claim, seen, taken === 1 && allowed);
      if (verdict.kind === 'granted') await insertGrants(transaction, [verdict]);
      else if (taken === 1) throw new RolledBack(verdict);
      return verdict;
    },
    deadline,
  );
}
