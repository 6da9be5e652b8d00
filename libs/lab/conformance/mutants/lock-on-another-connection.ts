import { NoVerdict } from '@coupon/application';
import { defineSection } from '@coupon/strategies';
import { sql } from 'kysely';
import { everything } from './promises.js';

/**
 * GET_LOCK on one pooled connection, the work on another: who holds the last connection waits for
 * one.
 */
export default defineSection({
  name: 'lock-on-another-connection',
  guarantees: everything,
  settings: () => undefined,
  section: ({ stockStore: books, mysql }) => ({
    enter: (terms, work, deadline) =>
      mysql.db.connection().execute(async (connection) => {
        const name = `mutant:${mysql.settings.url.split('/').at(-1)}:${terms.couponId}`;
        const { rows } = await sql<{ got: number }>`SELECT GET_LOCK(${name}, 3) AS got`.execute(
          connection,
        );
        if (rows[0]?.got !== 1) throw new NoVerdict('contended', name);
        try {
          return await books.inTransaction('plain', work, deadline);
        } finally {
          await sql`SELECT RELEASE_LOCK(${name})`.execute(connection);
        }
      }),
  }),
});
