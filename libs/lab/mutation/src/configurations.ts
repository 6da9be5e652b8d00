import { attackedBy, scenarios } from '@coupon/conformance';
import { pluginNamed } from '@coupon/strategies';
import { EXAMPLE } from './targets.js';

/** Settings that a strategy is examined with, and what it guarantees with them. */
export interface Configuration {
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
  /** Guarantees beyond those that the strategy declares. */
  readonly also: readonly string[];
  /** The names of the scenarios, in their order. */
  readonly scenarios: readonly string[];
}

/** What finds most, for its time, comes first. Scenarios without a place here come last. */
const order = [
  'enough',
  'lost-connection',
  'replay',
  'order',
  'two-processes',
  'limit',
  'late-commit-alone',
  'late-commit',
  'redis-silent',
  'rush',
  'handover',
  'killed-waiter',
  'lost-lock',
  'late-handover',
  'pool-of-one',
  'neighbours',
  'restart',
  'changed-total',
  'withdrawn-grant',
  'unsound-stock',
  'changed-midway',
  'order-among-processes',
  'deadlock-victim',
  'slow-transaction',
  'late-release',
  'line-for-the-pool',
  'slow-holder',
  'redis-trouble',
  'commit-past-lease',
  'killed-holder',
  'paused-holder',
];

const rankOf = (name: string): number => {
  const rank = order.indexOf(name);
  return rank < 0 ? order.length : rank;
};

/** The kit's scenarios, the cheapest kills first. */
export const byCost = scenarios.toSorted((a, b) => rankOf(a.name) - rankOf(b.name));

/**
 * What the strategy is attacked by: not by what attacks only a guarantee that it does not give, for
 * damage there is no fault.
 */
const usual = (strategy: string): Configuration => ({
  name: 'usual',
  env: {},
  also: [],
  scenarios: byCost
    .filter(
      ({ scope }) =>
        scope === 'one-process' ||
        strategy === EXAMPLE ||
        pluginNamed(strategy).guarantees[attackedBy[scope]],
    )
    .map(({ name }) => name),
});

/** The write compares the version: what only holds then is attacked once more. */
const fenced: Configuration = {
  name: 'fenced',
  env: { REDIS_SPIN_LOCK_FENCED: 'true' },
  also: ['survivesPausedHolder'],
  scenarios: ['two-processes', 'commit-past-lease', 'paused-holder'],
};

/** The settings to examine a strategy with when `target` has a fault: the usual ones first. */
export const configurationsOf = (strategy: string, target: string): readonly Configuration[] =>
  target === 'lease-guard' && strategy === 'redis-spin-lock'
    ? [usual(strategy), fenced]
    : [usual(strategy)];
