import { AsyncLocalStorage } from 'node:async_hooks';
import type { Turns } from '../statement.js';

/** The part of fast-check's scheduler that is needed here. */
export interface Scheduler {
  schedule<T>(task: Promise<T>, label?: string): Promise<T>;
}

/** Turns that a scheduler deals out. */
export interface ScheduledTurns extends Turns {
  /** Runs `work`; the scheduler's report names its statements by `client`. */
  as<T>(client: string, work: () => Promise<T>): Promise<T>;
}

/** Lets fast-check's scheduler decide whose statement is next: it finds a race by chance, and shrinks it to the shortest. */
export function scheduledTurns(scheduler: Scheduler): ScheduledTurns {
  const who = new AsyncLocalStorage<string>();
  return {
    as: (client, work) => who.run(client, work),
    async send({ text, takesTurn }, ask) {
      if (takesTurn) await scheduler.schedule(Promise.resolve(), `${who.getStore() ?? 'nobody'}: ${text}`);
      return ask();
    },
  };
}
