import { createHash } from 'node:crypto';
import { NoVerdict } from '@coupon/application';
import { sql, type Kysely } from 'kysely';
import type { Schema } from './schema.js';

/** The server's own limit (MySQL from 5.7.5; MariaDB from 10.0.2). */
const NAME_CHARACTERS_MAX = 64;

/**
 * The server's name for the lock `name` of the database in `url`: named locks belong to the whole
 * server. Hashed only where it would be too long.
 */
export function lockNameIn(url: string, name: string): string {
  const full = `${decodeURIComponent(new URL(url).pathname.slice(1))}:${name}`;
  return Array.from(full).length <= NAME_CHARACTERS_MAX
    ? full
    : createHash('sha256').update(full).digest('hex');
}

/**
 * Takes the lock `name` for the session of `connection`, waiting up to `waitMs`. Disposing of it
 * releases the lock, and never rejects; everything that it protects must be over by then, in the
 * database too. Rejects with NoVerdict 'contended' when the lock stays taken, or with the driver's
 * errors. The wait is exempt from the session's statement limit, which would end it as a statement
 * that takes too long.
 */
export async function takeNamedLock(
  connection: Kysely<Schema>,
  name: string,
  waitMs: number,
): Promise<AsyncDisposable> {
  const { rows } = await sql<{
    got: number | null;
  }>`/*M!100101 SET STATEMENT max_statement_time = 0 FOR */ SELECT GET_LOCK(${name}, ${waitMs / 1_000}) AS got`.execute(
    connection,
  );
  const got = rows[0]?.got;
  if (got === 1) return { [Symbol.asyncDispose]: () => release(connection, name) };
  throw got === 0
    ? new NoVerdict('contended', `named lock ${name}: not free within ${waitMs} ms`)
    : new NoVerdict('unavailable', `named lock ${name}: refused`);
}

/** A session that may still hold the lock must not go back into the pool, so it is killed. */
async function release(connection: Kysely<Schema>, name: string): Promise<void> {
  const released = await sql<{ released: number | null }>`SELECT RELEASE_LOCK(${name}) AS released`
    .execute(connection)
    .catch(() => undefined);
  if (released?.rows[0]?.released !== 1)
    await sql`KILL CONNECTION_ID()`.execute(connection).catch(() => undefined);
}
