import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { check } from '../src/check.js';
import { plans, simulate } from './simulator.js';

describe('what a right service leaves behind', () => {
  it('is clean, 10,000 histories long', () => {
    const seen = { granted: 0, soldOut: 0, limited: 0, unknown: 0, replayed: 0 };
    fc.assert(
      fc.property(plans(), (plan) => {
        const evidence = simulate(plan);
        const { findings, unknown } = check(evidence, plan.issuesInOrder);
        if (findings.length > 0) throw new Error(JSON.stringify({ findings, evidence }, null, 1));
        const attempts = evidence.attempts ?? [];
        seen.granted += evidence.rows.length;
        seen.soldOut += attempts.filter(({ reason }) => reason === 'SOLD_OUT').length;
        seen.limited += attempts.filter(({ reason }) => reason === 'LIMIT_REACHED').length;
        seen.unknown += unknown.granted;
        seen.replayed += attempts.length - new Set(attempts.map(({ claimId }) => claimId)).size;
      }),
      { numRuns: 10_000 },
    );
    // The histories are no evidence unless they hold all that can happen, thousands of times.
    expect(Object.entries(seen).filter(([, count]) => count < 2_000)).toEqual([]);
  });
});
