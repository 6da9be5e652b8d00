import type { KilledBy } from './support/killed-by.js';
import { leaseLock } from './support/lease-lock.js';

/** See {@link KilledBy}. */
export const killedBy: KilledBy = {
  scenario: 'line-for-the-pool',
  invariant: 'no-coupon-too-many',
};

/** Never looks whether the lease has ended meanwhile, as in the line for a connection. */
export default leaseLock('no-look-at-the-lease', {
  outlivesItsLease: true,
});
