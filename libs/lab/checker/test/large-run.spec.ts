import { describe, expect, it } from '@jest/globals';
import { check } from '../src/check.js';
import { largeRunAttempts, largeRunRows } from './large-run.js';

/**
 * A tenth of what `npm run million -w @coupon/checker` checks within ten seconds on an idle
 * machine. The limit is for a busy one: checks that are not linear take minutes.
 */
const CLAIMS = 100_000;
const LIMIT_MS = 60_000;

describe('a hundred thousand claims', () => {
  it('are checked in time, and one wrong number among them is found', () => {
    const history = { attempts: [...largeRunAttempts(CLAIMS)], ...largeRunRows(CLAIMS) };
    const beganMs = performance.now();
    const { violations, unknown } = check(history, { issuesInOrder: true });
    expect(performance.now() - beganMs).toBeLessThan(LIMIT_MS);
    expect(violations).toEqual([]);
    expect(unknown).toEqual({ claims: 100, granted: 50 });
    const middle = history.rows[CLAIMS / 4];
    const rows = history.rows.map((row) =>
      row === middle ? { ...row, ordinal: row.ordinal - 1 } : row,
    );
    expect(
      check({ ...history, rows }, { issuesInOrder: true }).violations.map(
        ({ kind, count, claims }) => [kind, count, claims],
      ),
    ).toEqual([
      ['duplicate-ordinals', 1, [middle?.claimId]],
      ['ordinal-differs', 1, [middle?.claimId]],
      ['missing-ordinals', 1, [history.rows[CLAIMS / 4 + 1]?.claimId]],
    ]);
  });
});
