import { always, type Fault } from '../fault.js';
import { DRAIN_KILL_MS } from '../rig.js';

/** Another than the default of every strategy that has a lease. */
const LEASE_MS = 6_500;
const POOL_MAX = 12;

/**
 * Two releases of the service at once: each process is stopped and replaced by one with other
 * settings, while the other serves.
 */
export const rollingUpdate: Fault = {
  name: 'rolling-update',
  title: 'both API processes are replaced one after the other, by ones with other settings',
  kind: 'rolling-update',
  holdMs: 500,
  applies: always,
  async inject({ apis, subject }) {
    const lease =
      subject.leaseVariable === null ? {} : { [subject.leaseVariable]: String(LEASE_MS) };
    for (const { process } of apis) {
      await process.drain(DRAIN_KILL_MS);
      await process.restart({ ...lease, MYSQL_POOL_MAX: String(POOL_MAX) });
    }
    return () => undefined;
  },
};
