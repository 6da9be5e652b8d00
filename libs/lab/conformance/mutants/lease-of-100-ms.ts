import type { KilledBy } from './support/killed-by.js';
import { leaseLock, rightSteps } from './support/lease-lock.js';

/** See {@link KilledBy}. */
export const killedBy: KilledBy = { scenario: 'slow-holder', invariant: 'no-coupon-too-many' };

/** A lease of its own, far shorter than a transaction may take. */
export default leaseLock('lease-of-100-ms', {
  take: (lock, deadline) => rightSteps.take({ ...lock, leaseMs: 100 }, deadline),
});
