import { NoVerdict } from '@coupon/application';
import { defineSection } from '@coupon/strategies';
import { everything } from './promises.js';

/** Takes silence for a no: when the answer to COMMIT is lost it says that nothing was issued. */
export default defineSection({
  name: 'lost-commit-is-no',
  guarantees: everything,
  settings: () => undefined,
  section: ({ stockStore: books }) => ({
    async enter(_terms, work, deadline) {
      try {
        return await books.inTransaction('lock-row', work, deadline);
      } catch (error) {
        throw error instanceof NoVerdict && error.kind === 'indeterminate'
          ? new NoVerdict('unavailable', 'try again')
          : error;
      }
    },
  }),
});
