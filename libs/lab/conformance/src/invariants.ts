import { guaranteeNames, type GuaranteeName, type Guarantees } from '@coupon/application';

/** What must hold for every strategy. Reports, tests and docs use these names. */
export const invariants = {
  'no-coupon-too-many': 'there are never more grants than coupons',
  'no-lost-update': '`quantity` is the total less the grants',
  'numbered-once-each': 'the grants are numbered 1..N, each number once',
  'numbered-in-order':
    'a claim that began after another was granted has the higher number, and none is left out',
  'per-user-limit': 'no user holds more coupons than one user may',
  'sells-out': 'once no claim is in flight, "sold out" means that every coupon is issued',
  'sold-out-is-true': '"sold out" is told only when it can be true, and no later claim is granted',
  'limit-is-true': '"limit reached" is told only to a user who can hold that many',
  'answers-match-rows': 'the answer to a claim agrees with its row, and a refused claim has no row',
  'recorded-on-return': 'a grant has its row when it is answered',
  'answered-in-time':
    'a claim is answered by its deadline, or by the end of the transaction that it is in',
  'only-known-errors': 'a claim that can be judged never fails with an unknown error',
  'replay-tells-the-first-outcome':
    'a claim id that is used again gets the same coupon, issued once',
  'coupons-do-not-touch': 'a stalled coupon or a failing claim does not affect the others',
  'one-connection-is-enough': 'a pool of one connection never waits for itself',
  'late-release-is-harmless':
    "a process that resumes after its lease does not release another's lock",
  recovers: 'soon after a failure claims are answered again',
  'undisturbed-claims-are-judged':
    'a patient claim gets a verdict while no server, process or connection fails',
  'closes-what-it-opens': 'a strategy that was closed leaves no connection open',
} as const;

export type InvariantName = keyof typeof invariants;

/** The names of all invariants, in their order. */
export const invariantNames: readonly InvariantName[] = Object.keys(invariants).filter(
  (name): name is InvariantName => name in invariants,
);

/** Where a breach was seen: within one process, among several, or with one of them paused. */
export type Scope = 'one-process' | 'processes' | 'paused';

/** The guarantee that the breach of an invariant refutes; none: every strategy must keep it. */
const refutedBy: Readonly<Partial<Record<InvariantName, GuaranteeName>>> = {
  'no-coupon-too-many': 'neverOverIssues',
  'no-lost-update': 'neverLosesUpdates',
  'numbered-once-each': 'neverLosesUpdates',
  'numbered-in-order': 'issuesInOrder',
  'per-user-limit': 'neverOverIssues',
  'recorded-on-return': 'recordedOnReturn',
  'late-release-is-harmless': 'acrossProcesses',
};

/** The guarantee that scenarios of that scope attack. */
export const attackedBy: Readonly<Record<Scope, GuaranteeName>> = {
  'one-process': 'neverLosesUpdates',
  processes: 'acrossProcesses',
  paused: 'survivesPausedHolder',
};

/**
 * The guarantee that a breach refutes, seen at a strategy that gives `guarantees`; null: none, the
 * breach is a fault of any strategy. Damage within one process refutes a guarantee of integrity;
 * damage among several processes, or with one paused, refutes the guarantee for exactly that.
 *
 * A wrong order among several processes shows that a strategy cannot both issue in order and do so
 * across processes: it refutes the latter where only that is not given, and shows nothing
 * ('nothing') of a strategy that gives neither.
 */
export function refuted(
  invariant: InvariantName,
  scope: Scope,
  guarantees: Guarantees,
): GuaranteeName | 'nothing' | null {
  const guarantee = refutedBy[invariant] ?? null;
  if (scope === 'one-process' || guarantee === null) return guarantee;
  if (guarantee === 'neverOverIssues' || guarantee === 'neverLosesUpdates')
    return attackedBy[scope];
  if (guarantee !== 'issuesInOrder' || guarantees[attackedBy[scope]]) return guarantee;
  return guarantees.issuesInOrder ? attackedBy[scope] : 'nothing';
}

/** The guarantees that some scenario can refute, in the order of tables. */
export const attackedGuarantees: readonly GuaranteeName[] = guaranteeNames.filter((name) =>
  [...Object.values(refutedBy), ...Object.values(attackedBy)].includes(name),
);
