import { allGuarantees, NoVerdict } from '@coupon/application';
import { defineSection } from '@coupon/strategies';
import { sql } from 'kysely';
import type { KilledBy } from './support/killed-by.js';

/** See {@link KilledBy}. */
export const killedBy: KilledBy = {
  scenario: 'pool-of-one',
  invariant: 'one-connection-is-enough',
};

/**
 * GET_LOCK on one pooled connection, the work on another: the holder of the last connection waits
 * for one more.
 */
export default defineSection({
  name: 'lock-on-another-connection',
  guarantees: allGuarantees,
  settings: () => undefined,
  section: ({ stockStore, mysql }) => ({
    enter: (terms, work, deadline) =>
      mysql.db.connection().execute(async (connection) => {
        const name = `mutant:${mysql.settings.url.split('/').at(-1)}:${terms.couponId}`;
        const { rows } = await sql<{ got: number }>`SELECT GET_LOCK(${name}, 3) AS got`.execute(
          connection,
        );
        if (rows[0]?.got !== 1) throw new NoVerdict('contended', name);
        try {
          return await stockStore.inTransaction('plain', work, deadline);
        } finally {
          await sql`SELECT RELEASE_LOCK(${name})`.execute(connection);
        }
      }),
  }),
});
