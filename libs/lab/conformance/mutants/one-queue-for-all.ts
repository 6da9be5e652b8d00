import { allGuarantees } from '@coupon/application';
import { BoundedSemaphore } from '@coupon/concurrency';
import { defineSection } from '@coupon/strategies';
import type { KilledBy } from './support/killed-by.js';

/** See {@link KilledBy}. */
export const killedBy: KilledBy = { scenario: 'neighbours', invariant: 'coupons-do-not-touch' };

/** One queue for all coupons: a claim that waits for one coupon delays the claims for all. */
export default defineSection({
  name: 'one-queue-for-all',
  guarantees: allGuarantees,
  settings: () => undefined,
  section({ stockStore }) {
    const line = new BoundedSemaphore('everybody', { concurrencyMax: 1, queueMax: 1_000 });
    return {
      enter: (_terms, work, deadline) =>
        line.run(() => stockStore.inTransaction('lock-row', work, deadline), deadline),
    };
  },
});
