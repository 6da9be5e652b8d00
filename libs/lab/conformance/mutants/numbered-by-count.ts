import { holdingsOf } from '@coupon/mysql';
import type { KilledBy } from './support/killed-by.js';
import { underRowLock } from './support/under-row-lock.js';

/** See {@link KilledBy}. */
export const killedBy: KilledBy = { scenario: 'withdrawn-grant', invariant: 'numbered-once-each' };

/** Gives the next number after as many as are taken, also where one of these was taken back. */
export default underRowLock(
  'numbered-by-count',
  () =>
    async ({ terms, user }, { quantity, total }, transaction) => ({
      taken: total - quantity,
      held: await holdingsOf(transaction, terms, [user]),
    }),
);
