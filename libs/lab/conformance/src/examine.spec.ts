import { describe, expect, it } from '@jest/globals';
import { allGuarantees as all, forEachGuarantee, type Guarantees } from '@coupon/application';
import { findings, type ScenarioReport } from './examine.js';
import { attackedGuarantees, type InvariantName, type Scope } from './invariants.js';

const none = forEachGuarantee(() => false);
const report = (scope: Scope, ...broken: readonly InvariantName[]): ScenarioReport => ({
  trial: { name: scope, title: '', scope, run: () => Promise.resolve([]) },
  breaches: broken.map((law) => ({ law, what: 'seen' })),
  tookMs: 1,
});
const about = (guarantees: Guarantees, ...reports: readonly ScenarioReport[]) =>
  findings(guarantees, reports).map(({ law }) => law);

describe('findings', () => {
  it('are none where all is promised and nothing broke', () => {
    expect(about(all, report('one-process'), report('processes'), report('paused'))).toEqual([]);
  });

  it.each([
    ['one-process', 'no-coupon-too-many', 'neverOverIssues'],
    ['one-process', 'no-lost-update', 'neverLosesUpdates'],
    ['one-process', 'recorded-on-return', 'recordedOnReturn'],
    ['processes', 'no-lost-update', 'acrossProcesses'],
    ['processes', 'late-release-is-harmless', 'acrossProcesses'],
    ['paused', 'no-coupon-too-many', 'survivesPausedHolder'],
  ] as const)(
    'damage (%s: %s) speaks against %s alone, and proves that its absence is honest',
    (scope, law, guarantee) => {
      expect(about(all, report(scope, law))).toEqual([law]);
      expect(about({ ...all, [guarantee]: false }, report(scope, law))).toEqual([]);
    },
  );

  it.each([
    'answers-match-rows',
    'recovers',
    'replay-tells-the-first-outcome',
    'answered-in-time',
    'sold-out-is-true',
  ] as const)('a broken %s is wrong for everybody', (law) => {
    expect(about(none, report('one-process', law))).toContain(law);
  });

  it('name every guarantee that is withheld without need', () => {
    expect(about(none, report('one-process'))).toEqual(attackedGuarantees);
  });
});
