import { NoVerdict } from '@coupon/application';
import type { KilledBy } from './support/killed-by.js';
import { leaseLock } from './support/lease-lock.js';

/** See {@link KilledBy}. */
export const killedBy: KilledBy = {
  scenario: 'handover',
  invariant: 'undisturbed-claims-are-judged',
};

/** Does not wait for a lock that another claim has, however patient its own claim is. */
export default leaseLock('asks-once', {
  concurrencyMax: 10,
  async take({ connection, key, token, leaseMs }) {
    const reply = await connection.client.set(key, token, 'PX', leaseMs, 'NX');
    if (reply !== 'OK') throw new NoVerdict('contended', `${key} is taken`);
  },
});
