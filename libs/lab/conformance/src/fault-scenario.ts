import type { Breach } from './breach.js';
import type { Harness } from './harness.js';
import type { Scope } from './invariants.js';

/** One attack on a strategy. */
export interface FaultScenario {
  /** As the command line, the reports and the result files name it. */
  readonly name: string;
  /** What is done to the strategy: a sentence for a person. */
  readonly title: string;
  readonly scope: Scope;
  /**
   * Whether the attack depends on chance, so that it is repeated while nothing breaks: always, or
   * only where damage is due.
   */
  readonly racing?: 'always' | 'where damage is due';
  /**
   * It spends its time waiting, for a lease or a limit, touches nothing but its own coupons,
   * instances and servers, and uses no worker: it may run beside others of its kind.
   */
  readonly mostlyWaits?: true;
  /** Attacks, and resolves with what broke. Rejects only where the attack could not be made. */
  run(harness: Harness): Promise<readonly Breach[]>;
}
