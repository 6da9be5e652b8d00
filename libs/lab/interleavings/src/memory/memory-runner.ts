import { setTimeout as sleep } from 'node:timers/promises';
import type { Deadline } from '@coupon/application';
import { claimId, couponId, userId, type Terms } from '@coupon/domain';
import type { Plugin } from '@coupon/strategies';
import { keptOf, type ScheduleRunner } from '../explore.js';
import { outcomeOf, toldBy, type Asked } from '../outcome.js';
import { StatementScheduler } from '../statement-scheduler.js';
import { MemoryDatabase } from './memory-database.js';
import { memoryResources } from './memory-resources.js';

/** Who claims what. */
export interface RoundSettings {
  readonly plugin: Plugin;
  /** The strategy's own settings. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Each makes one claim. */
  readonly clients: number;
  /**
   * Instances of the strategy, each as if in a process of its own; the clients are dealt over them
   * in turn.
   */
  readonly instances: number;
  readonly totalQuantity: number;
  /** With a limit all claims are one user's; null: every client is a user of its own. */
  readonly perUserLimit: number | null;
}

/** A claim's id, told by its number. */
export const claimNumbered = (n: number) =>
  claimId(`00000000-0000-4000-8000-${String(n).padStart(12, '0')}`);

/** Nobody waits for time in memory. */
export const patientDeadline: Deadline = {
  atMs: Number.MAX_SAFE_INTEGER,
  signal: new AbortController().signal,
};

/**
 * Rounds in memory. `blockedAfterMs` 0 is exact for strategies that never sleep; one that sleeps
 * between two attempts needs more than its longest pause.
 */
export function memoryRunner(settings: RoundSettings, blockedAfterMs = 0): ScheduleRunner {
  return {
    async play(choose) {
      const terms: Terms = {
        couponId: couponId(1),
        totalQuantity: settings.totalQuantity,
        perUserLimit: settings.perUserLimit,
      };
      const database = new MemoryDatabase(terms);
      const turnstile = new StatementScheduler({ blockedAfterMs, hungAfterMs: 1_000 });
      const open = settings.plugin.configure({ ...settings.env });
      const strategies = await Promise.all(
        Array.from({ length: settings.instances }, () =>
          open(memoryResources(database, turnstile)),
        ),
      );
      const asked: Promise<Asked>[] = [];
      for (let n = 0; n < settings.clients; n += 1) {
        const strategy = strategies[n % strategies.length];
        if (strategy === undefined) throw new RangeError('at least one instance is needed');
        const [claim, user] = [
          claimNumbered(n + 1),
          userId(settings.perUserLimit === null ? n + 1 : 1),
        ];
        asked.push(
          turnstile
            .run(() => toldBy(() => strategy.issue({ id: claim, terms, user }, patientDeadline)))
            .then((told) => ({ claim, user, told })),
        );
        await turnstile.settle();
      }
      await turnstile
        .play(choose)
        .finally(() => Promise.race([Promise.all(asked), sleep(1_000, undefined, { ref: false })]));
      for (const strategy of strategies) await strategy[Symbol.asyncDispose]();
      const all = await Promise.all(asked);
      return {
        outcome: outcomeOf(terms, all, database.rows),
        told: all.map(({ told }) => told),
        ...keptOf(database.rows),
        steps: turnstile.steps,
      };
    },
  };
}
