import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { RunHistory } from '../src/run-history.js';
import { check } from '../src/check.js';
import { isLinearizable } from './linearizable.js';
import { plans, simulate, type Plan } from './simulator.js';

/** Small enough for a search through all orders. */
const STEPS_MAX = 9;

const moves = fc.array(
  fc.record({ which: fc.nat({ max: STEPS_MAX - 1 }), byMs: fc.integer({ min: -15, max: 15 }) }),
  { maxLength: 3 },
);

/**
 * A right history whose attempts are moved in time, so that rows and answers still fit each other,
 * but perhaps no order does.
 */
const moved = fc
  .tuple(plans(STEPS_MAX), moves)
  .map(([made, list]): { readonly plan: Plan; readonly history: RunHistory } => {
    const plan = { ...made, usersKnown: true };
    const history = simulate(plan);
    const byMs = (n: number): number =>
      list.filter(({ which }) => which === n).reduce((sum, one) => sum + one.byMs, 0);
    const later = (ms: number | null, n: number): number | null =>
      ms === null ? null : ms + byMs(n);
    const attempts =
      history.attempts?.map((attempt, n) => ({
        ...attempt,
        startMs: later(attempt.startMs, n),
        endMs: later(attempt.endMs, n),
      })) ?? null;
    return { plan, history: { ...history, attempts, clockSkewMaxMs: null } };
  });

describe('beside a search through all orders', () => {
  it('right histories have an order', () => {
    fc.assert(
      fc.property(plans(STEPS_MAX), (made) => {
        const plan = { ...made, usersKnown: true };
        expect(isLinearizable(simulate(plan), plan.issuesInOrder)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('the checker finds nothing in an ordered history, and misses few that have no order', () => {
    const seen = { sound: 0, found: 0, missed: 0 };
    fc.assert(
      fc.property(moved, ({ plan, history }) => {
        const { violations } = check(history, plan);
        const linearizable = isLinearizable(history, plan.issuesInOrder);
        if (violations.length > 0 && linearizable)
          throw new Error(
            `found without cause: ${JSON.stringify({ violations, history }, null, 1)}`,
          );
        if (linearizable) seen.sound += 1;
        else if (violations.length > 0) seen.found += 1;
        else seen.missed += 1;
      }),
      { numRuns: 10_000 },
    );
    // Neither half is empty: a checker that finds nothing would be right most of the time.
    expect(seen.found).toBeGreaterThan(400);
    expect(seen.sound).toBeGreaterThan(4_000);
    // What it misses takes several answers together, such as a limit told between two numbers that
    // came in order.
    expect(seen.missed / seen.found).toBeLessThan(0.03);
  });
});
