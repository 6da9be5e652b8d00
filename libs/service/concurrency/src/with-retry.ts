import { NoVerdict, type MonotonicClock } from '@coupon/application';
import type { CriticalSection } from './critical-section.js';
import { StaleSnapshot } from './stock-transaction.js';

/** How often the work runs again after conflicts, and how long the pauses get. */
export interface RetryLimits {
  /** How often the section is entered for one claim, the first time included. */
  readonly attemptsMax: number;
  /**
   * The longest pause: pauses double from 1 ms up to this, and each claim sleeps a random part of
   * its pause.
   */
  readonly pauseMaxMs: number;
}

/**
 * Nothing was recorded, only because other transactions used the same stock: the same work can
 * succeed a moment later.
 */
const isConflict = (error: unknown): boolean =>
  error instanceof StaleSnapshot || (error instanceof NoVerdict && error.kind === 'deadlocked');

/**
 * The same section, entered again after a conflict: StaleSnapshot or NoVerdict 'deadlocked', and
 * nothing else. The pauses are random, so that two claims that collided do not collide again in
 * step. Out of attempts, or if the pause would outlast the deadline, `enter` rejects with NoVerdict
 * 'contended' whose cause is the last conflict. `random` returns numbers from 0 to below 1.
 */
export function withRetry(
  section: CriticalSection,
  limits: RetryLimits,
  clock: MonotonicClock,
  random: () => number = Math.random,
): CriticalSection {
  return {
    async enter(terms, work, deadline) {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await section.enter(terms, work, deadline);
        } catch (error) {
          if (!isConflict(error)) throw error;
          const pauseMs = Math.min(limits.pauseMaxMs, 2 ** (attempt - 1)) * random();
          if (attempt >= limits.attemptsMax || clock.monotonicMs() + pauseMs >= deadline.atMs) {
            throw new NoVerdict(
              'contended',
              `coupon ${terms.couponId}: gave up after ${attempt} attempts`,
              { cause: error },
            );
          }
          await new Promise((resolve) => setTimeout(resolve, pauseMs));
        }
      }
    },
  };
}
