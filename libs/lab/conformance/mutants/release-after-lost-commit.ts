import type { KilledBy } from './support/killed-by.js';
import { leaseLock } from './support/lease-lock.js';

/** See {@link KilledBy}. */
export const killedBy: KilledBy = { scenario: 'late-commit', invariant: 'no-coupon-too-many' };

/** Gives the lock back although the answer to COMMIT is late: it may still arrive. */
export default leaseLock('release-after-lost-commit', {
  keepsAfterLostCommit: false,
});
