/**
 * Counts events in memory. `event` is one of a few fixed names, in snake case, such as
 * `lease_lost`; never user input.
 */
export interface Counters {
  count(event: string): void;
}
