import { BoundedSemaphore } from '@coupon/concurrency';
import { defineSection } from '@coupon/strategies';
import { everything } from './promises.js';

/** One line for all coupons: who waits for one of them holds up all others. */
export default defineSection({
  name: 'one-line-for-all',
  guarantees: everything,
  settings: () => undefined,
  section({ stockStore: books }) {
    const line = new BoundedSemaphore('everybody', { concurrencyMax: 1, queueMax: 1_000 });
    return {
      enter: (_terms, work, deadline) =>
        line.run(() => books.inTransaction('lock-row', work, deadline), deadline),
    };
  },
});
