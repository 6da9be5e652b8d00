import type { CouponId } from '@coupon/domain';
import type { CriticalSection } from './critical-section.js';
import { KeyedSemaphore, type SemaphoreLimits } from './semaphore.js';

/**
 * The same section with a bounded line before it, one for each coupon: at most `insideMax` claims
 * of a coupon are in it at once, the others come in the order of their arrival. `name` says in
 * errors what is waited for; they are those of {@link KeyedSemaphore.run}.
 */
export function withConcurrencyLimit(
  name: string,
  limits: SemaphoreLimits,
  section: CriticalSection,
): CriticalSection {
  const gates = new KeyedSemaphore<CouponId>(name, limits);
  return {
    enter: (terms, work, deadline) =>
      gates.run(terms.couponId, () => section.enter(terms, work, deadline), deadline),
  };
}
