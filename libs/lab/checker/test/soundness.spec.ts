import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { check } from '../src/check.js';
import { plans, simulate } from './simulator.js';

describe('what a right service leaves behind', () => {
  it('is clean, 10,000 histories long', () => {
    const seen = { granted: 0, soldOut: 0, limited: 0, unknown: 0, replayed: 0 };
    fc.assert(
      fc.property(plans(), (plan) => {
        const history = simulate(plan);
        const { violations, unknown } = check(history, plan);
        if (violations.length > 0)
          throw new Error(JSON.stringify({ violations, history }, null, 1));
        const attempts = history.attempts ?? [];
        seen.granted += history.rows.length;
        seen.soldOut += attempts.filter(({ reason }) => reason === 'SOLD_OUT').length;
        seen.limited += attempts.filter(({ reason }) => reason === 'LIMIT_REACHED').length;
        seen.unknown += unknown.granted;
        seen.replayed += attempts.length - new Set(attempts.map(({ claimId }) => claimId)).size;
      }),
      { numRuns: 10_000 },
    );
    // The histories are no history unless they hold all that can happen, thousands of times.
    expect(Object.entries(seen).filter(([, count]) => count < 2_000)).toEqual([]);
  });
});
