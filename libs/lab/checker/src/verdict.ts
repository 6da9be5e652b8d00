import type { Guarantees, RunVerdict, Violation } from '@coupon/results';
import type { CheckReport } from './check.js';
import { violates } from './violates.js';

/**
 * The guarantees that hold for so many `instances`: what a strategy guarantees within one process
 * says nothing of several, unless it holds across processes too.
 */
export const guaranteesFor = (guarantees: Guarantees, instances: number): Guarantees =>
  instances === 1 || guarantees.acrossProcesses
    ? guarantees
    : { ...guarantees, neverOverIssues: false, neverLosesUpdates: false, issuesInOrder: false };

/** Damage that a strategy without integrity is expected to do. */
const isDamage = ({ kind }: Violation): boolean =>
  violates[kind] === 'neverOverIssues' || violates[kind] === 'neverLosesUpdates';

/**
 * Compares a report with what the strategy guarantees, both ways: a strategy that guarantees
 * integrity must show no damage, any other must show some, for a race without damage proves
 * nothing. A run that issued nothing proves nothing either. False answers are never allowed; a
 * grant without its row is none where `recordedOnReturn` is not guaranteed.
 */
export function verdictOn(
  { rows, violations }: Pick<CheckReport, 'rows' | 'violations'>,
  guarantees: Guarantees,
): RunVerdict {
  const hasIntegrity = guarantees.neverLosesUpdates && guarantees.neverOverIssues;
  const isAsDeclared = hasIntegrity ? !violations.some(isDamage) : violations.some(isDamage);
  const isFalse = (violation: Violation): boolean =>
    !isDamage(violation) &&
    (violates[violation.kind] !== 'recordedOnReturn' || guarantees.recordedOnReturn);
  return {
    sound: violations.length === 0,
    expected: hasIntegrity
      ? 'no lost update, no coupon too many, every answer in the rows'
      : 'breaks: lost updates or numbers given twice, while every 200 still has its row',
    holds: rows.issued > 0 && isAsDeclared && !violations.some(isFalse),
    findings: [...violations],
  };
}
