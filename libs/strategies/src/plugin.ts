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

/** A concurrency strategy as the service loads it. */
export interface StrategyPlugin<Settings> {
  /** The folder, the configuration value, the metric label and the k6 tag. */
  readonly name: string;
  readonly guarantees: Guarantees;
  /** Reads its own settings. Throws ConfigFaults with all faults at once. */
  settings(env: NodeJS.ProcessEnv): Settings;
  /** Opens the strategy, ready to issue. Rejects with NoVerdict('unavailable') when it needs what is not there. */
  open(resources: Resources, settings: Settings): Promise<IssuanceStrategy & AsyncDisposable>;
}
