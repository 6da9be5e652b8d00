import { setTimeout as sleep } from 'node:timers/promises';
import type { KilledBy } from './support/killed-by.js';
import { leaseLock, rightSteps } from './support/lease-lock.js';

/** See {@link KilledBy}. */
export const killedBy: KilledBy = { scenario: 'slow-holder', invariant: 'no-coupon-too-many' };

/** Waits for the lock for 200 ms, and then goes on without it. */
export default leaseLock('enters-after-waiting', {
  take: (lock, deadline) => Promise.race([rightSteps.take(lock, deadline), sleep(200)]),
});
