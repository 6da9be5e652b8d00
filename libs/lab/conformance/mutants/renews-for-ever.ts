import type { KilledBy } from './support/killed-by.js';
import { leaseLock, rightSteps } from './support/lease-lock.js';

/** See {@link KilledBy}. */
export const killedBy: KilledBy = { scenario: 'killed-holder', invariant: 'recovers' };

/** Renews the lease by a timer that nothing stops, whoever holds the lock by then. */
export default leaseLock('renews-for-ever', {
  async take(lock, deadline) {
    await rightSteps.take(lock, deadline);
    const { connection, key, leaseMs } = lock;
    const renew = (): void => void connection.client.pexpire(key, leaseMs).catch(() => undefined);
    setInterval(renew, leaseMs / 3).unref();
  },
});
