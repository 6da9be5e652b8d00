import type { KilledBy } from './support/killed-by.js';
import { leaseLock } from './support/lease-lock.js';

/** See {@link KilledBy}. */
export const killedBy: KilledBy = { scenario: 'lost-lock', invariant: 'recovers' };

/** Leaves a lock whose request or release was not answered to its lease, as all of these mutants do. */
export default leaseLock('waits-out-its-lease', {});
