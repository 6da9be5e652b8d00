import { randomUUID } from 'node:crypto';
import { DuplicateClaim } from '@coupon/application';
import { claimId } from '@coupon/domain';
import { issueWithin } from '@coupon/concurrency';
import { definePlugin } from '@coupon/strategies';
import { everything } from './promises.js';

/** A claim id that stands in the books is a nuisance to it: it takes a new one. */
export default definePlugin({
  name: 'replay-issues-again',
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
          if (error instanceof DuplicateClaim)
            return rows.issue({ ...claim, id: claimId(randomUUID()) }, deadline);
          throw error;
        }
      },
    };
  },
});
