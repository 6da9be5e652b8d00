import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { RequestDeadline } from './request-deadline.js';
import { systemClock } from './system-clock.js';

it.each([-3_600_000, 3_600_000])(
  'a wall clock that is set by %d ms neither lengthens nor ends a wait',
  async (stepMs) => {
    let isSet = false;
    const clock = {
      nowMs: () => systemClock.nowMs() + (isSet ? stepMs : 0),
      monotonicMs: () => systemClock.monotonicMs(),
    };
    using deadline = new RequestDeadline(clock, 60);
    isSet = true;
    const { signal } = deadline;
    await sleep(20);
    expect(signal.aborted).toBe(false);
    await sleep(80);
    expect(signal.aborted).toBe(true);
    expect(deadline.atMs).toBeLessThanOrEqual(clock.monotonicMs());
  },
);
