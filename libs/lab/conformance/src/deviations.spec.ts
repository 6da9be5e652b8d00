import { describe, expect, it } from '@jest/globals';
import { allGuarantees as all, forEachGuarantee, type Guarantees } from '@coupon/application';
import { deviations, type ScenarioReport } from './deviations.js';
import { attackedGuarantees, type InvariantName, type Scope } from './invariants.js';

const none = forEachGuarantee(() => false);
const report = (scope: Scope, ...broken: readonly InvariantName[]): ScenarioReport => ({
  scenario: { name: scope, title: '', scope, run: () => Promise.resolve([]) },
  breaches: broken.map((invariant) => ({ invariant, what: 'seen' })),
  tookMs: 1,
});
const about = (guarantees: Guarantees, ...reports: readonly ScenarioReport[]) =>
  deviations(guarantees, reports).map(({ invariant }) => invariant);

describe('deviations', () => {
  it('are none where everything is guaranteed and nothing broke', () => {
    expect(about(all, report('one-process'), report('processes'), report('paused'))).toEqual([]);
  });

  it.each([
    ['one-process', 'no-coupon-too-many', 'neverOverIssues'],
    ['one-process', 'no-lost-update', 'neverLosesUpdates'],
    ['one-process', 'recorded-on-return', 'recordedOnReturn'],
    ['processes', 'no-lost-update', 'acrossProcesses'],
    ['processes', 'late-release-is-harmless', 'acrossProcesses'],
    ['paused', 'no-coupon-too-many', 'survivesPausedHolder'],
    ['one-process', 'numbered-in-order', 'issuesInOrder'],
    ['processes', 'numbered-in-order', 'issuesInOrder'],
    ['processes', 'numbered-in-order', 'acrossProcesses'],
    ['paused', 'numbered-in-order', 'survivesPausedHolder'],
  ] as const)(
    'damage (%s: %s) refutes %s alone, and justifies withholding it',
    (scope, invariant, guarantee) => {
      expect(about(all, report(scope, invariant))).toEqual([invariant]);
      expect(about({ ...all, [guarantee]: false }, report(scope, invariant))).toEqual([]);
    },
  );

  it.each([
    'answers-match-rows',
    'recovers',
    'replay-tells-the-first-outcome',
    'answered-in-time',
    'sold-out-is-true',
    'limit-is-true',
  ] as const)('a broken %s is a fault of any strategy', (invariant) => {
    expect(about(none, report('one-process', invariant))).toContain(invariant);
  });

  it('do not excuse two withheld guarantees by a wrong order among several processes', () => {
    const neither = { ...all, issuesInOrder: false, acrossProcesses: false };
    expect(about(neither, report('processes', 'numbered-in-order'))).toEqual([
      'acrossProcesses',
      'issuesInOrder',
    ]);
  });

  it('do not excuse a wrong order within one process by what is withheld for several', () => {
    const alone = { ...all, acrossProcesses: false };
    expect(about(alone, report('one-process', 'numbered-in-order'))).toContain('numbered-in-order');
  });

  it('name every guarantee that is withheld without need', () => {
    expect(about(none, report('one-process'))).toEqual(attackedGuarantees);
  });
});
