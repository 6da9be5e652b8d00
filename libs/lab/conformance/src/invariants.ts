import { guaranteeNames, type GuaranteeName } from '@coupon/application';

/** What every strategy is held to. The names are what reports, tests and docs say. */
export const invariants = {
  'no-coupon-too-many': 'never more grants than there are coupons',
  'no-lost-update': 'quantity is the total less the grants',
  'numbered-once-each': 'the grants are numbered 1..N, each number once',
  'per-user-limit': 'no user holds more than one user may',
  'sells-out': 'once all is quiet, every coupon can still be had',
  'sold-out-is-true': 'after "sold out" nobody who asks later gets one',
  'answers-match-rows': 'what a claim was told is what its row says, and a no leaves no row',
  'recorded-on-return': 'a grant is in the rows when it is told',
  'answered-in-time':
    'every claim is answered by its deadline, or by the end of the transaction that it is in',
  'only-known-errors': 'a claim that can be judged never ends as an unknown error',
  'replay-tells-the-first-outcome': 'the same claim id again: the same coupon, issued once',
  'coupons-do-not-touch': 'trouble with one coupon or one claim is not felt by others',
  'one-connection-is-enough': 'a pool of one connection never waits for itself',
  'late-release-is-harmless': "who comes back after its lease takes nobody else's lock away",
  recovers: 'after a failure the next claims are served again, soon',
} as const;

export type InvariantName = keyof typeof invariants;

/** The names of all laws, in their order. */
export const invariantNames: readonly InvariantName[] = Object.keys(invariants).filter(
  (name): name is InvariantName => name in invariants,
);

/**
 * Under which circumstances a breach was seen: alone in one process, among several, or with one of
 * them stopped for a while.
 */
export type Scope = 'one-process' | 'processes' | 'paused';

/** The guarantee that the breach of an invariant refutes; none: every strategy must keep it. */
const refutedBy: Readonly<Partial<Record<InvariantName, GuaranteeName>>> = {
  'no-coupon-too-many': 'neverOverIssues',
  'no-lost-update': 'neverLosesUpdates',
  'numbered-once-each': 'neverLosesUpdates',
  'per-user-limit': 'neverOverIssues',
  'recorded-on-return': 'recordedOnReturn',
  'late-release-is-harmless': 'acrossProcesses',
};

/** The guarantee that a trial of that scope is after. */
export const promiseOf: Readonly<Record<Scope, GuaranteeName>> = {
  'one-process': 'neverLosesUpdates',
  processes: 'acrossProcesses',
  paused: 'survivesPausedHolder',
};

/**
 * Which guarantee a breach refutes; null: none, it is wrong for every strategy. Damage done in one
 * process speaks against what a strategy promises at all; damage done by several, or by one that
 * was stopped, against its promise for exactly that.
 */
export function refuted(invariant: InvariantName, scope: Scope): GuaranteeName | null {
  const guarantee = refutedBy[invariant] ?? null;
  const isIntegrity = guarantee === 'neverOverIssues' || guarantee === 'neverLosesUpdates';
  return isIntegrity && scope !== 'one-process' ? promiseOf[scope] : guarantee;
}

/** The guarantees that some scenario can refute, in the order of tables. */
export const attackedGuarantees: readonly GuaranteeName[] = guaranteeNames.filter((name) =>
  [...Object.values(refutedBy), ...Object.values(promiseOf)].includes(name),
);
