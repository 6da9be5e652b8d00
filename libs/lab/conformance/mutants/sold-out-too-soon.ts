import { allGuarantees } from '@coupon/application';
import { judge, type CouponId } from '@coupon/domain';
import { issueWithin } from '@coupon/concurrency';
import { definePlugin } from '@coupon/strategies';
import type { KilledBy } from './support/killed-by.js';

/** See {@link KilledBy}. */
export const killedBy: KilledBy = { scenario: 'lost-connection', invariant: 'sells-out' };

/**
 * Remembers that a coupon is gone from the moment in which it writes the last one: a COMMIT that
 * fails is not looked at.
 */
export default definePlugin({
  name: 'sold-out-too-soon',
  guarantees: allGuarantees,
  settings: () => undefined,
  open({ stockStore, clock }) {
    const gone = new Set<CouponId>();
    const rows = issueWithin({
      enter: (terms, work, deadline) =>
        stockStore.inTransaction(
          'lock-row',
          (ledger) =>
            work({
              read: (of, users) => ledger.read(of, users),
              async record(grants) {
                await ledger.record(grants);
                if (grants.some(({ ordinal }) => ordinal === terms.totalQuantity))
                  gone.add(terms.couponId);
              },
            }),
          deadline,
        ),
    });
    return {
      async issue(claim, deadline) {
        const { couponId, totalQuantity } = claim.terms;
        const [verdict] = gone.has(couponId)
          ? judge({ taken: totalQuantity, held: new Map(), readAtMs: clock.nowMs() }, [claim])
          : [];
        return verdict ?? rows.issue(claim, deadline);
      },
    };
  },
});
