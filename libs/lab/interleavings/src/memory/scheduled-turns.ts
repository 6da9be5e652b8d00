import type { StatementGate } from '../statement.js';

/** The part of fast-check's scheduler that is needed here. */
export interface Scheduler {
  schedule<T>(task: Promise<T>, label?: string): Promise<T>;
}

/**
 * Lets fast-check's scheduler decide whose statement is next: it finds a race by chance, and
 * shrinks it to the shortest. In its report the statements carry `name`. (Told, not found out by an
 * AsyncLocalStorage, whose cost in promises is most of a run's.)
 */
export function scheduledTurns(scheduler: Scheduler, name: string): StatementGate {
  return {
    async send({ text, takesTurn }, ask) {
      if (takesTurn) await scheduler.schedule(Promise.resolve(), `${name}: ${text}`);
      return ask();
    },
  };
}
