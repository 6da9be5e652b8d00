import { randomUUID } from 'node:crypto';
import { NoVerdict } from '@coupon/application';
import { claimId } from '@coupon/domain';
import { issueWithin } from '@coupon/concurrency';
import { definePlugin } from '@coupon/strategies';
import { everything } from './promises.js';

/** When the answer to COMMIT is lost it issues once more, as if for somebody new. */
export default definePlugin({
  name: 'lost-commit-again',
  guarantees: everything,
  settings: () => undefined,
  open({ stockStore: books }) {
    const rows = issueWithin({
      enter: (_terms, work, deadline) => books.inTransaction('lock-row', work, deadline),
    });
    return {
      async issue(claim, deadline) {
        try {
          return await rows.issue(claim, deadline);
        } catch (error) {
          if (error instanceof NoVerdict && error.kind === 'indeterminate')
            return rows.issue({ ...claim, id: claimId(randomUUID()) }, deadline);
          throw error;
        }
      },
    };
  },
});
