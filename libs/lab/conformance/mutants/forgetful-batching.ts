import { allGuarantees, type Deadline } from '@coupon/application';
import type { Claim, Verdict } from '@coupon/domain';
import { issueWithin } from '@coupon/concurrency';
import { definePlugin } from '@coupon/strategies';
import type { KilledBy } from './support/killed-by.js';

/** See {@link KilledBy}. */
export const killedBy: KilledBy = { scenario: 'rush', invariant: 'answered-in-time' };

/**
 * Gathers claims while a batch commits, and loses those that came while the last batch was being
 * answered.
 */
export default definePlugin({
  name: 'forgetful-batching',
  guarantees: allGuarantees,
  settings: () => undefined,
  open({ stockStore }) {
    const rows = issueWithin({
      enter: (_terms, work, deadline) => stockStore.inTransaction('lock-row', work, deadline),
    });
    const waiting: {
      readonly claim: Claim;
      readonly deadline: Deadline;
      readonly answer: (verdict: Verdict) => void;
      readonly refuse: (error: unknown) => void;
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
      waiting.length = 0; // not only the batch, but every claim that came meanwhile
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
