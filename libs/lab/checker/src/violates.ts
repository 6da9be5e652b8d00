import type { GuaranteeName, ViolationKind } from '@coupon/results';

/**
 * The guarantee that each kind of violation breaks; `truthful`: no strategy may give it up, for a
 * client was told something false.
 */
export const violates: Readonly<Record<ViolationKind, GuaranteeName | 'truthful'>> = {
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
  'key-denied-to-owner': 'truthful',
  'coupon-denied': 'truthful',
};
