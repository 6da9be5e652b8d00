import { NoVerdict } from '@coupon/application';
import type { KilledBy } from './support/killed-by.js';
import { leaseLock, rightSteps } from './support/lease-lock.js';

/** See {@link KilledBy}. */
export const killedBy: KilledBy = { scenario: 'redis-silent', invariant: 'no-coupon-too-many' };

/** Goes on without the lock where Redis does not answer. */
export default leaseLock('fail-open', {
  take: (lock, deadline) =>
    rightSteps.take(lock, deadline).catch((error: unknown) => {
      if (error instanceof NoVerdict && error.kind === 'unavailable') return;
      throw error;
    }),
});
