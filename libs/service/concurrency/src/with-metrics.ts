import type { Meter, MonotonicClock } from '@coupon/application';
import type { CriticalSection } from './critical-section.js';

/**
 * The same section, observed by `meter`: the time before the work first ran (`section_wait_ms`),
 * the time from then until the section was left, COMMIT included (`section_hold_ms`), and how often
 * the work ran (`section_attempts`).
 */
export function withMetrics(
  section: CriticalSection,
  meter: Meter,
  clock: MonotonicClock,
): CriticalSection {
  return {
    async enter(terms, work, deadline) {
      const startMs = clock.monotonicMs();
      let enteredMs = startMs;
      let attempts = 0;
      try {
        return await section.enter(
          terms,
          (stock) => {
            if ((attempts += 1) === 1) enteredMs = clock.monotonicMs();
            return work(stock);
          },
          deadline,
        );
      } finally {
        const leftMs = clock.monotonicMs();
        meter.observe('section_wait_ms', (attempts === 0 ? leftMs : enteredMs) - startMs);
        if (attempts > 0) meter.observe('section_hold_ms', leftMs - enteredMs);
        meter.observe('section_attempts', attempts);
      }
    },
  };
}
