import { defineSection } from '@coupon/strategies';
import { everything } from './promises.js';

/** Right in everything, and afraid to say so. */
export default defineSection({
  name: 'too-modest',
  guarantees: { ...everything, acrossProcesses: false },
  settings: () => undefined,
  section: ({ stockStore: books }) => ({
    enter: (_terms, work, deadline) => books.inTransaction('lock-row', work, deadline),
  }),
});
