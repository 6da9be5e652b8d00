import type { CouponId } from '@coupon/domain';
import { allGuarantees, NoVerdict } from '@coupon/application';
import { defineSection } from '@coupon/strategies';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KilledBy } from './support/killed-by.js';

/** See {@link KilledBy}. */
export const killedBy: KilledBy = { scenario: 'neighbours', invariant: 'coupons-do-not-touch' };

/**
 * A lock within the process, before the one on the row, that is given back only when all went well.
 */
export default defineSection({
  name: 'lock-kept-on-failure',
  guarantees: allGuarantees,
  settings: () => undefined,
  section({ stockStore }) {
    const taken = new Set<CouponId>();
    return {
      async enter({ couponId }, work, deadline) {
        while (taken.has(couponId)) {
          if (performance.now() >= deadline.atMs) throw new NoVerdict('contended', 'taken');
          await sleep(5);
        }
        taken.add(couponId);
        const result = await stockStore.inTransaction('lock-row', work, deadline);
        taken.delete(couponId);
        return result;
      },
    };
  },
});
