import type { CouponId } from '@coupon/domain';
import { NoVerdict } from '@coupon/application';
import { defineSection } from '@coupon/strategies';
import { setTimeout as sleep } from 'node:timers/promises';
import { everything } from './promises.js';

/**
 * A lock within the process, before the one on the row, that is given back only when all went well.
 */
export default defineSection({
  name: 'lock-kept-on-failure',
  guarantees: everything,
  settings: () => undefined,
  section({ stockStore: books }) {
    const taken = new Set<CouponId>();
    return {
      async enter({ couponId }, work, deadline) {
        for (; taken.has(couponId); await sleep(5))
          if (Date.now() >= deadline.atMs) throw new NoVerdict('contended', 'taken');
        taken.add(couponId);
        const result = await books.inTransaction('lock-row', work, deadline);
        taken.delete(couponId);
        return result;
      },
    };
  },
});
