import { describe, expect, it, jest } from '@jest/globals';
import { RequestDeadline } from '@coupon/application';
import { userId } from '@coupon/domain';
import { batchClaims } from './batch-claims.js';
import {
  at,
  claimOf,
  clock,
  memoryBatches,
  never,
  outcome,
  terms,
} from '../test/memory-batches.js';

describe('the queue of a coupon', () => {
  it('rejects claims when the queue is full, and accepts them again when it is not', async () => {
    const { batch, stop, go } = memoryBatches();
    const strategy = batchClaims(batch, { batchMax: 10, queueMax: 2 });
    stop();
    const outcomes = Array.from({ length: 4 }, () => outcome(strategy.issue(claimOf(), never)));
    go();
    expect(await Promise.all(outcomes)).toEqual(['granted', 'granted', 'granted', 'unavailable']);
    expect(await outcome(strategy.issue(claimOf(), never))).toBe('granted');
  });

  it('a claim past its deadline leaves the queue during a batch, others stay', async () => {
    const { batch, recorded, stop, go } = memoryBatches();
    const strategy = batchClaims(batch, { batchMax: 10, queueMax: 10 }, clock);
    stop();
    const out = strategy.issue(claimOf(), never);
    using long = new RequestDeadline(clock, 60_000);
    const stays = strategy.issue(claimOf(), long);
    using short = new RequestDeadline(clock, 40);
    using shorter = new RequestDeadline(clock, 20);
    const outcomes = await Promise.all(
      [short, shorter, short].map((deadline) => outcome(strategy.issue(claimOf(), deadline))),
    );
    expect(outcomes).toEqual(['contended', 'contended', 'contended']);
    go();
    expect([await outcome(out), await outcome(stays), recorded.length]).toEqual([
      'granted',
      'granted',
      2,
    ]);
  });

  it('a claim that comes after its deadline is not tried', async () => {
    const { batch, batches } = memoryBatches();
    expect(
      await outcome(
        batchClaims(batch, { batchMax: 10, queueMax: 10 }, clock).issue(
          claimOf(),
          at(clock.monotonicMs()),
        ),
      ),
    ).toBe('contended');
    expect(batches).toEqual([]);
  });

  it('creates one signal for a whole queue', async () => {
    const { batch, stop, go } = memoryBatches();
    const strategy = batchClaims(batch, { batchMax: 1_000, queueMax: 1_000 }, clock);
    stop();
    const signals = jest.fn(() => never.signal);
    const atMs = clock.monotonicMs() + 60_000;
    const outcomes = Array.from({ length: 1_000 }, (_, n) =>
      strategy.issue(
        claimOf(),
        Object.defineProperty({ ...never, atMs: atMs + n }, 'signal', { get: signals }),
      ),
    );
    go();
    await Promise.all(outcomes);
    // read once to listen, once to stop
    expect(signals.mock.calls.length).toBeLessThanOrEqual(4);
  });

  it('a claim twice in one queue is granted once, then recognized, for any user', async () => {
    const { batch, recorded } = memoryBatches();
    const strategy = batchClaims(batch, { batchMax: 10, queueMax: 10 });
    const twice = claimOf();
    const outcomes = [
      claimOf(),
      twice,
      twice,
      claimOf(terms(), twice.id, userId(2)),
      claimOf(),
    ].map((claim) => outcome(strategy.issue(claim, never)));
    expect(await Promise.all(outcomes)).toEqual([
      'granted',
      'granted',
      'DuplicateClaim',
      'DuplicateClaim',
      'granted',
    ]);
    expect(recorded).toHaveLength(3);
  });

  it('takes half of the claims in play: one half is answered while the other commits', async () => {
    const { batch, batches, stop, go } = memoryBatches();
    const strategy = batchClaims(batch, { batchMax: 100, queueMax: 100 });
    stop();
    const outcomes = Array.from({ length: 8 }, () => outcome(strategy.issue(claimOf(), never)));
    go();
    await Promise.all(outcomes);
    expect(batches.map(({ length }) => length)).toEqual([1, 4, 3]);
  });

  it('claims under different terms of one coupon are not judged together', async () => {
    const { batch, batches, stop, go } = memoryBatches();
    const strategy = batchClaims(batch, { batchMax: 10, queueMax: 10 });
    stop();
    const outcomes = [terms(), terms(1, 5), terms(1, 6), terms(1, 5)].map((under) =>
      outcome(strategy.issue(claimOf(under), never)),
    );
    go();
    await Promise.all(outcomes);
    expect(batches.map(({ length }) => length)).toEqual([1, 2, 1]);
  });
});
