import { describe, expect, it } from '@jest/globals';
import { violationKinds, type Violation, type ViolationKind } from '@coupon/results';
import { allGuarantees as safe, type Guarantees } from '@coupon/results';
import { guaranteesFor, verdictOn } from './verdict.js';
import { violates } from './violates.js';

const unsafe: Guarantees = { ...safe, neverOverIssues: false, neverLosesUpdates: false };
const behind: Guarantees = { ...safe, recordedOnReturn: false };

const finding = (kind: ViolationKind): Violation => ({ kind, count: 1, text: '', claims: [] });
const holds = (
  guarantees: Guarantees,
  kinds: readonly ViolationKind[],
  lostUpdates = 0,
  instances = 1,
  issued = 5,
): boolean =>
  verdictOn(
    {
      rows: { total: 9, issued, remaining: 4, lostUpdates, overIssued: 0, duplicateOrdinals: 0 },
      violations: kinds.map(finding),
    },
    guaranteesFor(guarantees, instances),
  ).holds;

describe('the verdict', () => {
  it.each(violationKinds)('no %s is forgiven to a strategy that promises everything', (kind) => {
    expect(holds(safe, [kind])).toBe(false);
  });

  it.each(violationKinds)('%s is forgiven only where its promise was not made', (kind) => {
    const damage = violates[kind] === 'neverOverIssues' || violates[kind] === 'neverLosesUpdates';
    expect(holds(unsafe, ['lost-updates', kind], 1)).toBe(damage);
    expect(holds(behind, [kind])).toBe(kind === 'granted-without-row');
  });

  it('a strategy that promises nothing must show it; one that issues nothing shows nothing', () => {
    expect(holds(unsafe, [])).toBe(false);
    expect(holds(safe, [])).toBe(true);
    expect(holds(safe, [], 0, 1, 0)).toBe(false);
  });

  it('what holds within one process must hold there, and break among several', () => {
    const local = { ...safe, acrossProcesses: false };
    expect([
      holds(local, []),
      holds(local, ['lost-updates'], 1),
      holds(local, [], 0, 2),
      holds(local, ['lost-updates'], 1, 2),
      holds(local, ['duplicate-ordinals'], 0, 2),
    ]).toEqual([true, false, false, true, true]);
  });
});
