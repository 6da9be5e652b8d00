import type { Clock, Counters, IssuanceStrategy, Log } from '@coupon/application';
import type { Mysql } from '@coupon/mysql';
import type { RedisConnection } from '@coupon/redis';

/** What a strategy promises. The lab and the tests hold it to exactly these, both ways: a false one must really break. */
export interface Guarantees {
  /** Never more than `totalQuantity` grants. */
  readonly neverOverIssues: boolean;
  /** `quantity` always is `totalQuantity` less the grants. */
  readonly neverLosesUpdates: boolean;
  /** A grant that was answered is in the database. */
  readonly recordedOnReturn: boolean;
  /** Holds with several processes at once. */
  readonly acrossProcesses: boolean;
  /** Holds when a process stops in the middle of its work and goes on later. */
  readonly survivesPausedHolder: boolean;
}

/** What the service lends a strategy. The service opens and closes these; a strategy closes only what it made itself. */
export interface Resources {
  readonly mysql: Mysql;
  /** Connects on first use, so that a strategy without Redis needs none; readiness asks Redis only then. */
  redis(): Promise<RedisConnection>;
  readonly clock: Clock;
  readonly log: Log;
  readonly counters: Counters;
}

/** A concurrency strategy as its author writes it. */
export interface StrategyPlugin<Settings> {
  /** The folder, the configuration value, the metric label and the k6 tag. */
  readonly name: string;
  readonly guarantees: Guarantees;
  /** Reads its own settings. Throws ConfigFaults with all faults at once. */
  settings(env: NodeJS.ProcessEnv): Settings;
  /**
   * Opens the strategy, ready to issue. Rejects with NoVerdict('unavailable') when it needs what is not there, with
   * ConfigFaults when its settings do not go with those of its resources. What it made for itself and must be closed, it
   * returns as `[Symbol.asyncDispose]`.
   */
  open(resources: Resources, settings: Settings): Opened | Promise<Opened>;
}

type Opened = IssuanceStrategy & Partial<AsyncDisposable>;

/** A strategy as the service loads it: its settings' type is its own affair. */
export interface Plugin {
  readonly name: string;
  readonly guarantees: Guarantees;
  /** Reads the settings at once (throws ConfigFaults) and returns what opens the strategy with them. */
  configure(env: NodeJS.ProcessEnv): (resources: Resources) => Promise<IssuanceStrategy & AsyncDisposable>;
}

/** Closes a plugin over its settings' type. */
export function definePlugin<Settings>(plugin: StrategyPlugin<Settings>): Plugin {
  const { name, guarantees } = plugin;
  return {
    name,
    guarantees,
    configure(env) {
      const settings = plugin.settings(env);
      return async (resources) => {
        const opened = await plugin.open(resources, settings);
        return {
          issue: (claim, deadline) => opened.issue(claim, deadline),
          [Symbol.asyncDispose]: async () => opened[Symbol.asyncDispose]?.(),
        };
      };
    },
  };
}
