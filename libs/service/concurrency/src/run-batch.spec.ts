import { describe, expect, it } from '@jest/globals';
import { NoVerdict } from '@coupon/application';
import fc from 'fast-check';
import { batchClaims } from './batch-claims.js';
import type { BatchStrategy } from './issue-within.js';
import { at, claimOf, memoryBatches, never, outcome } from '../test/memory-batches.js';

describe('a batch that fails', () => {
  it.each([true, false])(
    'a replay in a batch is rejected as one, the others are granted (the database names it: %s)',
    async (nameReplays) => {
      const { batch, recorded } = memoryBatches({ nameReplays });
      const strategy = batchClaims(batch, { batchMax: 10, queueMax: 10 });
      const a = claimOf();
      const b = claimOf();
      await Promise.all([strategy.issue(a, never), strategy.issue(b, never)]);
      const outcomes = [claimOf(), claimOf(), a, claimOf(), b, claimOf()].map((claim) =>
        outcome(strategy.issue(claim, never)),
      );
      expect(await Promise.all(outcomes)).toEqual([
        'granted',
        'granted',
        'DuplicateClaim',
        'granted',
        'DuplicateClaim',
        'granted',
      ]);
      expect(recorded).toHaveLength(6);
    },
  );

  it('a claim that breaks its batch breaks alone, in under two runs for each claim', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 40 }), fc.nat(), async (count, where) => {
        const claims = Array.from({ length: count }, () => claimOf());
        const poisoned = claims[where % count];
        if (poisoned === undefined) throw new Error('one of them is');
        const { batch, batches, recorded } = memoryBatches({ poison: poisoned.id });
        const strategy = batchClaims(batch, { batchMax: 16, queueMax: 100 });
        const outcomes = await Promise.all(
          claims.map((claim) => outcome(strategy.issue(claim, never))),
        );
        expect(outcomes).toEqual(claims.map((claim) => (claim === poisoned ? 'Error' : 'granted')));
        expect(recorded).toEqual(claims.filter((claim) => claim !== poisoned).map(({ id }) => id));
        expect(batches.length).toBeLessThan(2 * count);
      }),
      { numRuns: 30 },
    );
  });

  it.each(['indeterminate', 'unavailable', 'deadlocked', 'lease-lost', 'contended'] as const)(
    '%s goes to the whole batch, which is not run again, and not to the next one',
    async (kind) => {
      const { batch, batches, failures, stop, go } = memoryBatches();
      const strategy = batchClaims(batch, { batchMax: 3, queueMax: 10 });
      stop();
      const outcomes = Array.from({ length: 5 }, () => outcome(strategy.issue(claimOf(), never)));
      failures.push(new NoVerdict(kind, 'first'), new NoVerdict(kind, 'second'));
      go();
      expect(await Promise.all(outcomes)).toEqual([kind, kind, kind, kind, 'granted']);
      expect(batches.map(({ length }) => length)).toEqual([1, 3, 1]);
    },
  );

  it("runs under a batch's earliest deadline; once past, only that claim is refused", async () => {
    const under: number[] = [];
    const { batch, stop, go } = memoryBatches();
    let nowMs = 0;
    const late: BatchStrategy = {
      async issueAll(of, claims, deadline) {
        under.push(deadline.atMs);
        if (deadline.atMs !== 50) return batch.issueAll(of, claims, deadline);
        nowMs = 60;
        throw new NoVerdict('contended', 'waited for the lock until the deadline');
      },
    };
    const strategy = batchClaims(
      late,
      { batchMax: 10, queueMax: 10 },
      { monotonicMs: () => nowMs },
    );
    stop();
    const outcomes = [100, 200, 50, 300].map((atMs) =>
      outcome(strategy.issue(claimOf(), at(atMs))),
    );
    go();
    expect(await Promise.all(outcomes)).toEqual(['granted', 'granted', 'contended', 'granted']);
    expect(under).toEqual([100, 50, 200, 300]);
  });

  it('a missing verdict is a bug that fails every claim of the batch', async () => {
    const strategy = batchClaims(
      { issueAll: () => Promise.resolve([]) },
      { batchMax: 10, queueMax: 10 },
    );
    await expect(strategy.issue(claimOf(), never)).rejects.toThrow(/0 verdicts for 1 claims/);
  });
});
