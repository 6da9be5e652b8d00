import type { KilledBy } from './support/killed-by.js';
import { leaseLock } from './support/lease-lock.js';

/** See {@link KilledBy}. */
export const killedBy: KilledBy = { scenario: 'late-handover', invariant: 'no-coupon-too-many' };

/** Counts the lease from the answer to its request, as all of these mutants do: Redis began before. */
export default leaseLock('lease-from-the-answer', {});
