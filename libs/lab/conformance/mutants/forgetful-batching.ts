import type { Deadline } from '@coupon/application';
import type { Claim, Verdict } from '@coupon/domain';
import { issueWithin } from '@coupon/concurrency';
import { definePlugin } from '@coupon/strategies';
import { everything } from './promises.js';

/**
 * Gathers claims while a batch commits, and loses those that came while the last batch was being
 * answered.
 */
export default definePlugin({
  name: 'forgetful-batching',
  guarantees: everything,
  settings: () => undefined,
  open({ stockStore: books }) {
    const rows = issueWithin({
      enter: (_terms, work, deadline) => books.inTransaction('lock-row', work, deadline),
    });
    const waiting: {
      readonly claim: Claim;
      readonly deadline: Deadline;
      answer(verdict: Verdict): void;
      refuse(error: unknown): void;
    }[] = [];
    let running = false;
    const run = async (): Promise<void> => {
      running = true;
      const [first] = waiting;
      const batch = waiting.filter(
        ({ claim }) => claim.terms.couponId === first?.claim.terms.couponId,
      );
      if (first !== undefined) {
        await rows
          .issueAll(
            first.claim.terms,
            batch.map(({ claim }) => claim),
            first.deadline,
          )
          .then(
            (verdicts) => verdicts.forEach((verdict, n) => batch[n]?.answer(verdict)),
            (error: unknown) => batch.forEach(({ refuse }) => refuse(error)),
          );
      }
      waiting.length = 0; // not only the batch: all who came meanwhile
      running = false;
    };
    return {
      issue: (claim, deadline) =>
        new Promise((answer, refuse) => {
          waiting.push({ claim, deadline, answer, refuse });
          if (!running) void run();
        }),
    };
  },
});
