import type { FaultKind } from '@coupon/results';
import type { Fault } from './fault.js';
import type { Subject } from './subject.js';

/** One fault and one strategy that it says something about. */
export interface CellPlan {
  readonly fault: Fault;
  readonly subject: Subject;
}

/** Kinds of faults that can come between a holder and its lock: a fence can matter only there. */
const fencedKinds: readonly FaultKind[] = [
  'api-away',
  'redis-flushed',
  'redis-forgets',
  'rolling-update',
  'network',
  'clock',
];

/** Why there is no such cell in the matrix; null: there is. */
export function whyNoCell(fault: Fault, subject: Subject): string | null {
  const applies = fault.applies(subject);
  if (applies !== true) return applies;
  return !subject.isVariant || fencedKinds.includes(fault.kind)
    ? null
    : 'a fence makes no difference to this fault';
}

/** All cells of these faults and strategies, one strategy after the other. */
export const plansOf = (
  faults: readonly Fault[],
  subjects: readonly Subject[],
): readonly CellPlan[] =>
  subjects.flatMap((subject) =>
    faults
      .filter((fault) => whyNoCell(fault, subject) === null)
      .map((fault) => ({ fault, subject })),
  );
