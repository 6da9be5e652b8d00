import type { KilledBy } from './support/killed-by.js';
import { leaseLock } from './support/lease-lock.js';

/** See {@link KilledBy}. */
export const killedBy: KilledBy = { scenario: 'slow-holder', invariant: 'no-coupon-too-many' };

/** One token for the whole process, and a release also where the lock was not taken. */
export default leaseLock('unlock-although-not-taken', {
  newToken: () => String(process.pid),
  concurrencyMax: 1_000,
  releasesWhatItDidNotTake: true,
});
