import type { Clock, Meter } from '@coupon/application';
import type { CriticalSection } from './critical-section.js';

/**
 * The same section, seen by `meter`: how long each claim waited before its work first ran
 * (`section_wait_ms`), how long from then until the section was left again, COMMIT included
 * (`section_hold_ms`), and how often its work was run (`section_attempts`).
 */
export function withMetrics(section: CriticalSection, meter: Meter, clock: Clock): CriticalSection {
  return {
    async enter(terms, work, deadline) {
      const arrivedMs = clock.nowMs();
      let enteredMs = arrivedMs;
      let attempts = 0;
      try {
        return await section.enter(
          terms,
          (ledger) => {
            if ((attempts += 1) === 1) enteredMs = clock.nowMs();
            return work(ledger);
          },
          deadline,
        );
      } finally {
        const leftMs = clock.nowMs();
        meter.observe('section_wait_ms', (attempts === 0 ? leftMs : enteredMs) - arrivedMs);
        if (attempts > 0) meter.observe('section_hold_ms', leftMs - enteredMs);
        meter.observe('section_attempts', attempts);
      }
    },
  };
}
