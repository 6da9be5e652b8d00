import { RequestDeadline } from '@coupon/application';
import { defineSection } from '@coupon/strategies';
import { everything } from './promises.js';

/** Waits for its turn as long as it takes, whatever its callers said. */
export default defineSection({
  name: 'deaf-to-deadlines',
  guarantees: everything,
  settings: () => undefined,
  section: ({ stockStore: books, clock }) => ({
    async enter(_terms, work) {
      using patience = new RequestDeadline(clock, 60_000);
      return await books.inTransaction('lock-row', work, patience);
    },
  }),
});
