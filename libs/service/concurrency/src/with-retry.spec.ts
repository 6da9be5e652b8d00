import { describe, expect, it } from '@jest/globals';
import {
  DuplicateClaim,
  NoVerdict,
  systemClock as clock,
  type Deadline,
} from '@coupon/application';
import { claimId, couponId } from '@coupon/domain';
import type { CriticalSection } from './critical-section.js';
import { StaleSnapshot, type StockTransaction } from './stock-transaction.js';
import { withRetry } from './with-retry.js';

const terms = { couponId: couponId(1), totalQuantity: 1, perUserLimit: null };
const stock: StockTransaction = {
  read: () => Promise.reject(new Error('not read here')),
  record: () => Promise.resolve(),
};
const patient: Deadline = { atMs: Number.MAX_SAFE_INTEGER, signal: new AbortController().signal };

/** A section that fails as `errors` say, one after the other, and then runs the work. */
const failing = (...errors: readonly Error[]): CriticalSection & { entered: number } => ({
  entered: 0,
  enter(_terms, work) {
    const error = errors[this.entered];
    this.entered += 1;
    return error === undefined ? work(stock) : Promise.reject(error);
  },
});

const enter = (
  section: CriticalSection,
  attemptsMax: number,
  deadline = patient,
  random?: () => number,
) =>
  withRetry(section, { attemptsMax, pauseMaxMs: 4 }, clock, random).enter(
    terms,
    () => Promise.resolve('done'),
    deadline,
  );

describe('withRetry', () => {
  it('enters again after a stale snapshot and after a deadlock', async () => {
    const section = failing(
      new StaleSnapshot(),
      new NoVerdict('deadlocked', 'victim'),
      new StaleSnapshot(),
    );
    expect(await enter(section, 4)).toBe('done');
    expect(section.entered).toBe(4);
  });

  it.each([
    new NoVerdict('contended', 'lock wait'),
    new NoVerdict('unavailable', 'down'),
    new NoVerdict('indeterminate', 'COMMIT'), // tried again, this could issue twice
    new NoVerdict('lease-lost', 'late'),
    new DuplicateClaim([claimId('0d8e5d0c-5f26-4c7d-9d0e-6a5b1f7f3f10')]),
    new Error('a bug'),
  ])('lets every other failure through at once: %s', async (error) => {
    const section = failing(error);
    await expect(enter(section, 4)).rejects.toBe(error);
    expect(section.entered).toBe(1);
  });

  it('is contended when the attempts are used up, caused by the last conflict', async () => {
    const last = new StaleSnapshot('the third');
    const section = failing(new StaleSnapshot(), new StaleSnapshot(), last, new StaleSnapshot());
    await expect(enter(section, 3)).rejects.toMatchObject({ kind: 'contended', cause: last });
    expect(section.entered).toBe(3);
  });

  it('does not start a pause that the deadline would end', async () => {
    const section = failing(new StaleSnapshot(), new StaleSnapshot());
    await expect(
      enter(section, 9, { ...patient, atMs: clock.monotonicMs() }),
    ).rejects.toMatchObject({
      kind: 'contended',
    });
    expect(section.entered).toBe(1);
  });

  it('sleeps a random part of a pause that doubles up to its bound', async () => {
    const slept: number[] = [];
    const settled = 0;
    const deadlineAt = (pauseMs: number): Deadline => ({ ...patient, atMs: settled + pauseMs });
    // A clock that stands still tells each pause by the deadline that just lets it through.
    const still = { monotonicMs: () => settled };
    for (const [conflicts, pauseMs] of [
      [1, 1],
      [2, 2],
      [3, 4],
      [4, 4],
    ] as const) {
      const errors = Array.from({ length: conflicts }, () => new StaleSnapshot());
      const under = (atMs: number) =>
        withRetry(failing(...errors), { attemptsMax: 99, pauseMaxMs: 4 }, still, () => 0.5).enter(
          terms,
          () => Promise.resolve('done'),
          deadlineAt(atMs),
        );
      await expect(under(pauseMs / 2)).rejects.toMatchObject({ kind: 'contended' });
      expect(await under(pauseMs / 2 + 0.01)).toBe('done');
      slept.push(pauseMs);
    }
    expect(slept).toEqual([1, 2, 4, 4]);
  });
});
