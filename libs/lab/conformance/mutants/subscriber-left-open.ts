import { allGuarantees } from '@coupon/application';
import { defineSection } from '@coupon/strategies';
import type { KilledBy } from './support/killed-by.js';

/** See {@link KilledBy}. */
export const killedBy: KilledBy = { scenario: 'restart', invariant: 'closes-what-it-opens' };

/** Opens a connection of its own, which it does not close. */
export default defineSection({
  name: 'subscriber-left-open',
  guarantees: allGuarantees,
  settings: () => undefined,
  async section({ stockStore, redis }) {
    const { client } = await redis();
    const subscriber = client.duplicate({ retryStrategy: null });
    subscriber.on('error', () => undefined);
    await subscriber.connect();
    await subscriber.subscribe('released');
    return {
      enter: (_terms, work, deadline) => stockStore.inTransaction('lock-row', work, deadline),
    };
  },
});
