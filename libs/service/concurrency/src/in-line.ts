import type { CouponId } from '@coupon/domain';
import type { CriticalSection } from './critical-section.js';
import { Gates, type GateLimits } from './gate.js';

/**
 * The same section with a bounded line before it, one for each coupon: at most `insideMax` claims
 * of a coupon are in it at once, the others come in the order of their arrival. `name` says in
 * errors what is waited for; they are those of {@link Gates.pass}.
 */
export function inLine(
  name: string,
  limits: GateLimits,
  section: CriticalSection,
): CriticalSection {
  const gates = new Gates<CouponId>(name, limits);
  return {
    enter: (terms, work, deadline) =>
      gates.pass(terms.couponId, () => section.enter(terms, work, deadline), deadline),
  };
}
