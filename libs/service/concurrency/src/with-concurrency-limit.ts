import type { CouponId } from '@coupon/domain';
import type { CriticalSection } from './critical-section.js';
import { KeyedSemaphore, type SemaphoreLimits } from './semaphore.js';

/**
 * The same section, with at most `concurrencyMax` claims of a coupon in it at once; the others wait
 * in a bounded queue of the coupon, in the order of arrival. `name` says in errors what claims wait
 * for; the errors are those of {@link KeyedSemaphore.run}.
 */
export function withConcurrencyLimit(
  name: string,
  limits: SemaphoreLimits,
  section: CriticalSection,
): CriticalSection {
  const semaphores = new KeyedSemaphore<CouponId>(name, limits);
  return {
    enter: (terms, work, deadline) =>
      semaphores.run(terms.couponId, () => section.enter(terms, work, deadline), deadline),
  };
}
