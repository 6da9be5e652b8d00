import type { Breach } from './audit.js';
import type { Harness } from './harness.js';
import type { Scope } from './invariants.js';

/** One attack on a strategy. */
export interface FaultScenario {
  /** As the command line and the reports say it. */
  readonly name: string;
  /** What is done to the strategy: a sentence for a person. */
  readonly title: string;
  readonly scope: Scope;
  /**
   * Whether chance has a part in it, so that it is worth another try where nothing broke: always,
   * or only where something should have.
   */
  readonly racing?: 'always' | 'where damage is due';
  /** Does it and says what broke. Rejects only where the attack itself could not be made. */
  run(bench: Harness): Promise<readonly Breach[]>;
}
