import { expect, it } from '@jest/globals';
import { pauseAfter } from './watch.js';

it('reads four times per second at first and writes some 2,400 lines in an hour', () => {
  expect(pauseAfter(0, 250, 5)).toBe(245);
  let ticks = 0;
  let atMs = 0;
  while (atMs < 3_600_000) atMs += 5 + pauseAfter(ticks++, 250, 5);
  expect(ticks).toBeGreaterThan(2_000);
  expect(ticks).toBeLessThan(2_600);
});

it('takes no more than 15 % of the time, however slow a reading is', () => {
  for (const tookMs of [10, 100, 1_000, 10_000])
    expect(tookMs / (tookMs + pauseAfter(0, 250, tookMs))).toBeLessThanOrEqual(0.15001);
});
