import { allGuarantees } from '@coupon/application';
import type { KilledBy } from './support/killed-by.js';
import { underRowLock } from './support/under-row-lock.js';

/** See {@link KilledBy}. */
export const killedBy: KilledBy = { scenario: 'restart', invariant: 'per-user-limit' };

/** Counts what each user holds in the memory of its only process, which forgets it at its end. */
export default underRowLock(
  'limit-in-memory',
  () => {
    const held = new Map<string, number>();
    return ({ terms, user }, { quantity, total }) => {
      const key = `${terms.couponId} ${user}`;
      const count = held.get(key) ?? 0;
      if (quantity > 0) held.set(key, count + 1);
      return { taken: total - quantity, held: new Map([[user, count]]) };
    };
  },
  { ...allGuarantees, acrossProcesses: false },
);
