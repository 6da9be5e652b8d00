import { describe, expect, it } from '@jest/globals';
import { check } from '../src/check.js';
import { crowdAttempts, crowdBooks } from './crowd.js';

/**
 * A tenth of what `npm run million -w @coupon/checker` judges; its ten seconds are for an idle
 * machine, so this has as many.
 */
const CLAIMS = 100_000;
const LIMIT_MS = 10_000;

describe('a hundred thousand claims', () => {
  it('are judged in time, and one wrong number among them is found', () => {
    const evidence = { attempts: [...crowdAttempts(CLAIMS)], ...crowdBooks(CLAIMS) };
    const beganMs = performance.now();
    const { findings, unknown } = check(evidence, true);
    expect(performance.now() - beganMs).toBeLessThan(LIMIT_MS);
    expect(findings).toEqual([]);
    expect(unknown).toEqual({ claims: 100, granted: 50 });
    const middle = evidence.rows[CLAIMS / 4];
    const rows = evidence.rows.map((row) =>
      row === middle ? { ...row, ordinal: row.ordinal - 1 } : row,
    );
    expect(
      check({ ...evidence, rows }, true).findings.map(({ kind, count, claims }) => [
        kind,
        count,
        claims,
      ]),
    ).toEqual([
      ['duplicate-ordinals', 1, [middle?.claimId]],
      ['ordinal-differs', 1, [middle?.claimId]],
      ['missing-ordinals', 1, [evidence.rows[CLAIMS / 4 + 1]?.claimId]],
    ]);
  });
});
