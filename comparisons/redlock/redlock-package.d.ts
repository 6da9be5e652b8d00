/**
 * The part of redlock 5.0.0-beta.2 that is used here: its own types cannot be found by way of its
 * "exports".
 */
declare module 'redlock' {
  import type { EventEmitter } from 'node:events';

  /** Times in milliseconds. */
  interface Settings {
    readonly retryCount: number;
    readonly retryDelay: number;
    readonly retryJitter: number;
    readonly automaticExtensionThreshold: number;
  }

  /** Somebody else holds the lock: one server's vote against. */
  export class ResourceLockedError extends Error {}

  /** No quorum, for whatever reason; each try's votes tell which. */
  export class ExecutionError extends Error {
    readonly attempts: readonly Promise<{ readonly votesAgainst: ReadonlyMap<unknown, Error> }>[];
  }

  export default class Redlock extends EventEmitter {
    constructor(clients: Iterable<unknown>, settings?: Partial<Settings>);
    /**
     * Runs `routine` while the resources are locked, extending the lock; the signal aborts when
     * that fails.
     */
    using<T>(
      resources: string[],
      durationMs: number,
      settings: Partial<Settings>,
      routine: (lost: AbortSignal) => Promise<T>,
    ): Promise<T>;
  }
}
