import { setTimeout as sleep } from 'node:timers/promises';
import { clock } from './clock.js';

const EVERY_MS = 50;

/** Resolves with whether `holds` became true within `withinMs`, asking every 50 ms. */
export async function becomes(
  withinMs: number,
  holds: () => boolean | Promise<boolean>,
): Promise<boolean> {
  const untilMs = clock.monotonicMs() + withinMs;
  for (;;) {
    if (await holds()) return true;
    if (clock.monotonicMs() >= untilMs) return false;
    await sleep(EVERY_MS);
  }
}
