import { allGuarantees, NoVerdict } from '@coupon/application';
import type { CouponId } from '@coupon/domain';
import { withConcurrencyLimit } from '@coupon/concurrency';
import { defineSection } from '@coupon/strategies';
import type { KilledBy } from './support/killed-by.js';

/** See {@link KilledBy}. */
export const killedBy: KilledBy = { scenario: 'changed-midway', invariant: 'no-lost-update' };

/** A lock within the process that writes what it read less one, whatever was added meanwhile. */
export default defineSection({
  name: 'overwrites-the-quantity',
  guarantees: { ...allGuarantees, acrossProcesses: false, survivesPausedHolder: false },
  settings: () => undefined,
  section({ stockStore }) {
    const indeterminate = new Set<CouponId>();
    return withConcurrencyLimit(
      'mutex',
      { concurrencyMax: 1, queueMax: 1_000 },
      {
        async enter({ couponId }, work, deadline) {
          const mode = indeterminate.delete(couponId) ? 'lock-row' : 'plain';
          try {
            return await stockStore.inTransaction(mode, work, deadline);
          } catch (error) {
            if (error instanceof NoVerdict && error.kind === 'indeterminate')
              indeterminate.add(couponId);
            throw error;
          }
        },
      },
    );
  },
});
