import { Gate } from '@coupon/concurrency';
import { defineSection } from '@coupon/strategies';
import { everything } from './promises.js';

/** One line for all coupons: who waits for one of them holds up all others. */
export default defineSection({
  name: 'one-line-for-all',
  guarantees: everything,
  settings: () => undefined,
  section({ books }) {
    const line = new Gate('everybody', { insideMax: 1, queueMax: 1_000 });
    return {
      enter: (_terms, work, deadline) =>
        line.pass(() => books.inTransaction({ lockRead: true }, work, deadline), deadline),
    };
  },
});
