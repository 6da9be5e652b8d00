import { setTimeout as sleep } from 'node:timers/promises';
import type { Verdict, Claim } from '@coupon/domain';
import { toldBy, type Asked } from './outcome.js';
import type { Choose, StatementScheduler } from './statement-scheduler.js';

/** One claim of a round, and how it is made. */
export interface RoundClaim {
  readonly claim: Claim;
  readonly issue: () => Promise<Verdict>;
}

/**
 * Starts the claims one after the other, each a client of the scheduler, and plays them to their
 * end; `choose` picks the order. Resolves with each claim's result. After a failure it waits at
 * most `drainMaxMs` for the claims to end, then rejects as the scheduler does.
 */
export async function playRound(
  claims: readonly RoundClaim[],
  scheduler: StatementScheduler,
  choose: Choose,
  drainMaxMs: number,
): Promise<readonly Asked[]> {
  const results: Promise<Asked>[] = [];
  try {
    for (const { claim, issue } of claims) {
      const result = scheduler.run(() => toldBy(issue));
      results.push(result.then((told) => ({ claim: claim.id, user: claim.user, told })));
      await scheduler.settle();
    }
    await scheduler.play(choose);
  } finally {
    scheduler.letAllThrough();
    await Promise.race([Promise.all(results), sleep(drainMaxMs, undefined, { ref: false })]);
  }
  return Promise.all(results);
}
