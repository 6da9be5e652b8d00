import { withRetry } from '@coupon/concurrency';
import { defineSection } from '@coupon/strategies';
import { everything } from './promises.js';

/** Tries again after conflicts, which nothing looks for. */
export default defineSection({
  name: 'optimistic-without-version',
  guarantees: everything,
  settings: () => undefined,
  section: ({ stockStore: books, clock }) =>
    withRetry(
      { enter: (_terms, work, deadline) => books.inTransaction('plain', work, deadline) },
      { attemptsMax: 200, pauseMaxMs: 20 },
      clock,
    ),
});
