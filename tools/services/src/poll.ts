import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Calls `check` every `everyMs` until it returns a value. Resolves with that value, or with
 * undefined after `withinMs`. Rejects when `check` does.
 */
export async function poll<T>(
  everyMs: number,
  withinMs: number,
  check: () => T | undefined | Promise<T | undefined>,
): Promise<T | undefined> {
  const deadlineMs = performance.now() + withinMs;
  for (;;) {
    const value = await check();
    if (value !== undefined || performance.now() >= deadlineMs) return value;
    await sleep(everyMs);
  }
}
