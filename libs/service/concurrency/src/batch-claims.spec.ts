import { describe, expect, it } from '@jest/globals';
import { RequestDeadline } from '@coupon/application';
import { judge } from '@coupon/domain';
import { batchClaims } from './batch-claims.js';
import type { BatchStrategy } from './issue-within.js';
import { claimOf, clock, memoryBatches, never, outcome, terms } from '../test/memory-batches.js';

describe('batchClaims', () => {
  it('issues a lone claim at once, and those that gather meanwhile as one batch', async () => {
    const { batch, batches, stop, go } = memoryBatches();
    const strategy = batchClaims(batch, { batchMax: 3, queueMax: 10 });
    stop();
    const outcomes = Array.from({ length: 6 }, () => strategy.issue(claimOf(), never));
    expect(batches.map(({ length }) => length)).toEqual([1]);
    go();
    expect(
      (await Promise.all(outcomes)).map((verdict) => verdict.kind === 'granted' && verdict.ordinal),
    ).toEqual([1, 2, 3, 4, 5, 6]);
    expect(batches.map(({ length }) => length)).toEqual([1, 3, 2]);
  });

  it('one coupon does not wait for another', async () => {
    const { batch, stop, go } = memoryBatches();
    const strategy = batchClaims(
      {
        issueAll: (under, ...rest) =>
          under.couponId === 1
            ? batch.issueAll(under, ...rest)
            : memoryBatches().batch.issueAll(under, ...rest),
      },
      { batchMax: 10, queueMax: 10 },
    );
    stop();
    const first = strategy.issue(claimOf(terms(1)), never);
    const second = strategy.issue(claimOf(terms(2)), never);
    expect(await outcome(second)).toBe('granted');
    go();
    expect(await outcome(first)).toBe('granted');
  });

  it('runs as many batches of a coupon at once as it may, and no more', async () => {
    const { batch, batches, stop, go } = memoryBatches();
    const strategy = batchClaims(batch, { batchMax: 100, queueMax: 100, inFlightMax: 2 });
    stop();
    const outcomes = Array.from({ length: 8 }, () => outcome(strategy.issue(claimOf(), never)));
    expect(batches.map(({ length }) => length)).toEqual([1, 1]);
    go();
    expect(await Promise.all(outcomes)).toEqual(Array.from({ length: 8 }, () => 'granted'));
    expect(batches.map(({ length }) => length).reduce((sum, length) => sum + length)).toBe(8);
  });

  it.each([1, 2])(
    'leaves no claim behind that comes just as a batch ends (%i in flight)',
    async (inFlightMax) => {
      for (let moment = 0; moment < 40; moment += 1) {
        const strategy = batchClaims(memoryBatches().batch, {
          batchMax: 100,
          queueMax: 100,
          inFlightMax,
        });
        await Promise.all(
          Array.from({ length: inFlightMax }, () => strategy.issue(claimOf(), never)),
        );
        // one turn of the microtask queue
        for (let n = 0; n < moment; n += 1) await Promise.resolve();
        using soon = new RequestDeadline(clock, 500);
        expect({ moment, outcome: await outcome(strategy.issue(claimOf(), soon)) }).toEqual({
          moment,
          outcome: 'granted',
        });
      }
    },
  );

  it('settles a queue of 40,000 claims in full batches', async () => {
    let batches = 0;
    const batch: BatchStrategy = {
      async issueAll(_terms, claims) {
        batches += 1;
        await new Promise(setImmediate);
        return judge({ taken: 0, held: new Map(), readAtMs: 0 }, claims);
      },
    };
    const strategy = batchClaims(batch, { batchMax: 200, queueMax: 100_000 }, clock);
    const claims = Array.from({ length: 40_000 }, () => claimOf());
    await Promise.all(claims.map((claim) => strategy.issue(claim, never)));
    // 200 batches would be all of them full; the first and the last few are not.
    expect(batches).toBeLessThan(220);
  });
});
