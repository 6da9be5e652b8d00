import { describe, expect, it } from '@jest/globals';
import type { Deadline } from '@coupon/application';
import { couponId } from '@coupon/domain';
import type { CriticalSection } from './critical-section.js';
import type { StockTransaction } from './stock-transaction.js';
import { withMetrics } from './with-metrics.js';

const terms = { couponId: couponId(1), totalQuantity: 1, perUserLimit: null };
const deadline: Deadline = { atMs: 0, signal: new AbortController().signal };
const stock: StockTransaction = {
  read: () => Promise.reject(new Error('not read here')),
  record: () => Promise.resolve(),
};

/** Waits 30 ms before the first run of the work and takes 5 ms around each; `runs` times. */
const observed = async (runs: number, fails = false) => {
  const clock = { atMs: 1_000, monotonicMs: () => clock.atMs };
  const seen: Record<string, number> = {};
  const section: CriticalSection = {
    async enter(_terms, work) {
      clock.atMs += 30;
      for (let run = 1; run < runs; run += 1) {
        await work(stock);
        clock.atMs += 5;
      }
      if (runs === 0) throw new Error('never entered');
      const result = await work(stock);
      clock.atMs += 5;
      if (fails) throw new Error('COMMIT failed');
      return result;
    },
  };
  const meter = { observe: (measure: string, value: number) => void (seen[measure] = value) };
  const result = await withMetrics(section, meter, clock)
    .enter(terms, () => Promise.resolve('done'), deadline)
    .catch((error: unknown) => error);
  return { seen, result };
};

describe('withMetrics', () => {
  it('observes the wait, the time inside with its COMMIT, and the attempts', async () => {
    expect(await observed(1)).toEqual({
      result: 'done',
      seen: { section_wait_ms: 30, section_hold_ms: 5, section_attempts: 1 },
    });
    expect(await observed(3)).toEqual({
      result: 'done',
      seen: { section_wait_ms: 30, section_hold_ms: 15, section_attempts: 3 },
    });
  });

  it('observes a section that failed too, and no time inside if the work never ran', async () => {
    expect(await observed(1, true)).toMatchObject({
      result: new Error('COMMIT failed'),
      seen: { section_hold_ms: 5 },
    });
    expect(await observed(0)).toEqual({
      result: new Error('never entered'),
      seen: { section_wait_ms: 30, section_attempts: 0 },
    });
  });
});
