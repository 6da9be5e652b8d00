import type { Deadline } from '@coupon/application';
import { claimId, couponId, userId, type Terms } from '@coupon/domain';
import type { Plugin } from '@coupon/strategies';
import { rowSummaryOf, type ScheduleRunner } from '../explore.js';
import { outcomeOf } from '../outcome.js';
import { playRound, type RoundClaim } from '../play-round.js';
import { StatementScheduler } from '../statement-scheduler.js';
import { MemoryDatabase } from './memory-database.js';
import { memoryResources } from './memory-resources.js';

/** The strategy of a round, its clients and its coupon. */
export interface RoundSettings {
  readonly plugin: Plugin;
  /** The strategy's own settings. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Each makes one claim. */
  readonly clients: number;
  /**
   * Instances of the strategy, each as if in a process of its own; the clients are distributed over
   * them in turn.
   */
  readonly instances: number;
  readonly totalQuantity: number;
  /** With a limit one user makes all claims; null: every client is a user of its own. */
  readonly perUserLimit: number | null;
}

/** The id of the `n`-th claim. */
export const claimNumbered = (n: number) =>
  claimId(`00000000-0000-4000-8000-${String(n).padStart(12, '0')}`);

/** A deadline that never comes: time does not pass in memory. */
export const noDeadline: Deadline = {
  atMs: Number.MAX_SAFE_INTEGER,
  signal: new AbortController().signal,
};

const DRAIN_MAX_MS = 1_000;

/**
 * A runner of rounds in memory. `blockedAfterMs` 0 is exact for strategies that never sleep; one
 * that sleeps between two attempts needs more than its longest pause.
 */
export function memoryRunner(settings: RoundSettings, blockedAfterMs = 0): ScheduleRunner {
  return {
    async play(choose) {
      const { totalQuantity, perUserLimit } = settings;
      const terms: Terms = { couponId: couponId(1), totalQuantity, perUserLimit };
      const database = new MemoryDatabase(terms);
      const scheduler = new StatementScheduler({ blockedAfterMs, hungAfterMs: 1_000 });
      const open = settings.plugin.configure({ ...settings.env });
      const strategies = await Promise.all(
        Array.from({ length: settings.instances }, () =>
          open(memoryResources(database, scheduler)),
        ),
      );
      const claims = Array.from({ length: settings.clients }, (_, n): RoundClaim => {
        const strategy = strategies[n % strategies.length];
        if (strategy === undefined) throw new RangeError('at least one instance is needed');
        const user = userId(perUserLimit === null ? n + 1 : 1);
        const claim = { id: claimNumbered(n + 1), terms, user };
        return { claim, issue: () => strategy.issue(claim, noDeadline) };
      });
      const results = await playRound(claims, scheduler, choose, DRAIN_MAX_MS);
      for (const strategy of strategies) await strategy[Symbol.asyncDispose]();
      return {
        outcome: outcomeOf(terms, results, database.rows),
        told: results.map(({ told }) => told),
        ...rowSummaryOf(database.rows),
        steps: scheduler.steps,
      };
    },
  };
}
