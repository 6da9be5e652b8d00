import type { KilledBy } from './support/killed-by.js';
import { leaseLock } from './support/lease-lock.js';

/** See {@link KilledBy}. */
export const killedBy: KilledBy = {
  scenario: 'late-release',
  invariant: 'late-release-is-harmless',
};

/** Compares the token and deletes the lock in two commands. */
export default leaseLock('get-then-del', {
  async release({ connection: { client }, key, token }) {
    if ((await client.get(key)) === token) await client.del(key);
  },
});
