import type { StatementGate } from '../statement.js';

/** The part of fast-check's scheduler that is needed here. */
export interface Scheduler {
  schedule<T>(task: Promise<T>, label?: string): Promise<T>;
}

/**
 * Lets fast-check's scheduler decide whose statement is next: it finds a race by chance and shrinks
 * it to the shortest. Its report lists the statements under `name`, which is passed in rather than
 * kept in an AsyncLocalStorage: that would cost most of a run's time in promises.
 */
export function scheduledGate(scheduler: Scheduler, name: string): StatementGate {
  return {
    async send({ text, takesTurn }, execute) {
      if (takesTurn) await scheduler.schedule(Promise.resolve(), `${name}: ${text}`);
      return execute();
    },
  };
}
