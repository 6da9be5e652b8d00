import type { Guarantees, Violation, ViolationKind, RunVerdict } from '@coupon/results';
import type { CheckReport } from './check.js';

/**
 * What each finding breaks: the two promises about the books, the one that an answered grant is
 * recorded, the one about the order of numbers, or nothing that any strategy may leave unpromised:
 * a lie to a client.
 */
export const violates: Readonly<Record<ViolationKind, keyof Guarantees | 'truthful'>> = {
  'over-issued': 'neverOverIssues',
  'granted-too-early': 'neverOverIssues',
  'per-user-limit': 'neverOverIssues',
  'claim-recorded-twice': 'neverOverIssues',
  'lost-updates': 'neverLosesUpdates',
  'duplicate-ordinals': 'neverLosesUpdates',
  'stock-leaked': 'neverLosesUpdates',
  'missing-ordinals': 'neverLosesUpdates',
  'ordinal-out-of-range': 'neverLosesUpdates',
  'earlier-row-gone': 'neverLosesUpdates',
  'granted-without-row': 'recordedOnReturn',
  'out-of-order': 'issuesInOrder',
  'ordinal-differs': 'truthful',
  'refused-but-recorded': 'truthful',
  'untold-row': 'truthful',
  'under-issued': 'truthful',
  'user-differs': 'truthful',
  'replay-differs': 'truthful',
  'sold-out-too-early': 'truthful',
  'limit-too-early': 'truthful',
  'issued-outside-claim': 'truthful',
};

/** Damage that a strategy without promises about the books is expected to do. */
const isDamage = ({ kind }: Violation): boolean =>
  violates[kind] === 'neverOverIssues' || violates[kind] === 'neverLosesUpdates';

/**
 * Holds a strategy to what it declares, both ways: one that promises integrity for so many
 * `instances` must show no damage, one that does not must show lost updates, for a race in which
 * nothing broke is no evidence. A run that issued nothing is none either. Lies to clients are never
 * allowed; a grant without its row is none where grants are declared to be answered before they are
 * recorded.
 */
export function verdictOn(
  { rows, findings }: Pick<CheckReport, 'rows' | 'findings'>,
  promises: Guarantees,
  instances = 1,
): RunVerdict {
  const keepsBooks =
    promises.neverLosesUpdates &&
    promises.neverOverIssues &&
    (instances === 1 || promises.acrossProcesses);
  const asPromised = keepsBooks ? !findings.some(isDamage) : rows.lostUpdates > 0;
  const lied = findings.some(
    (finding) =>
      !isDamage(finding) &&
      (violates[finding.kind] !== 'recordedOnReturn' || promises.recordedOnReturn),
  );
  return {
    sound: findings.length === 0,
    expected: keepsBooks
      ? 'no lost update, no coupon too many, every answer in the rows'
      : 'breaks: lost updates, while every 200 still has its row',
    holds: rows.issued > 0 && asPromised && !lied,
    findings: [...findings],
  };
}
