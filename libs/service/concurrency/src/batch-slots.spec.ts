import { describe, expect, it } from '@jest/globals';
import { RequestDeadline } from '@coupon/application';
import { batchClaims } from './batch-claims.js';
import { claimOf, clock, memoryBatches, never, outcome, terms } from '../test/memory-batches.js';

describe('with no slot left for a batch, since other coupons have them all', () => {
  const saturated = () => {
    const made = memoryBatches();
    const strategy = batchClaims(made.batch, {
      batchMax: 100,
      queueMax: 100,
      inFlightTotalMax: 1,
    });
    made.stop();
    return {
      ...made,
      ask: (coupon: number, count: number, deadline = never) =>
        Array.from({ length: count }, () =>
          outcome(strategy.issue(claimOf(terms(coupon)), deadline)),
        ),
    };
  };
  const sizes = (batches: readonly string[][]): number[] => batches.map(({ length }) => length);

  it('claims gather until there is one, and while other coupons wait all of them go', async () => {
    const { ask, batches, go } = saturated();
    const outcomes = [...ask(1, 1), ...ask(2, 1), ...ask(3, 1), ...ask(2, 5), ...ask(3, 5)];
    expect(sizes(batches)).toEqual([1]);
    go();
    expect(new Set(await Promise.all(outcomes))).toEqual(new Set(['granted']));
    expect(sizes(batches)).toEqual([1, 6, 6]);
  });

  it('slots go round: a coupon that has just had one goes to the end of the queue', async () => {
    const { ask, recorded, batches, go } = saturated();
    const outcomes = [...ask(1, 1), ...ask(1, 3), ...ask(2, 2)];
    go();
    await Promise.all(outcomes);
    expect(sizes(batches)).toEqual([1, 2, 3]); // of coupons 1, 2 and 1
    expect(recorded).toHaveLength(6);
  });

  it('a deadline still ends the wait', async () => {
    const { ask, batches, go } = saturated();
    const first = ask(1, 1);
    using soon = new RequestDeadline(clock, 30);
    expect(await Promise.all(ask(2, 2, soon))).toEqual(['contended', 'contended']);
    go();
    expect(await Promise.all(first)).toEqual(['granted']);
    expect(await Promise.all(ask(2, 1))).toEqual(['granted']);
    expect(sizes(batches)).toEqual([1, 1]);
  });
});
