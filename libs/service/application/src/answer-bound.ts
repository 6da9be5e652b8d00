import type { Deadline } from './ports/deadline.js';
import type { MonotonicClock } from './ports/clock.js';

/** A claim is answered at the latest so many milliseconds after its deadline, whatever hangs. */
export const ANSWER_GRACE_MS = 1_000;

/**
 * Of these, what a transaction gets that is under way when its deadline passes: the rest is for
 * finding out what became of its COMMIT.
 */
export const TRANSACTION_GRACE_MS = 700;

/** How many milliseconds are left until `graceMs` after the deadline; never negative. */
export const leftMs = (deadline: Deadline, graceMs: number, clock: MonotonicClock): number =>
  Math.max(0, deadline.atMs + graceMs - clock.monotonicMs());

/**
 * Settles as `work` does, or rejects with `late()` once `ms` milliseconds have passed. The work
 * itself goes on, and what becomes of it then is ignored.
 */
export async function withinMs<T>(work: Promise<T>, ms: number, late: () => Error): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const passed = new Promise<never>((_, reject) => {
    // The longest delay that a timer knows: 24 days.
    timer = setTimeout(() => reject(late()), Math.min(ms, 2 ** 31 - 1));
  });
  try {
    return await Promise.race([work, passed]);
  } finally {
    clearTimeout(timer);
  }
}
