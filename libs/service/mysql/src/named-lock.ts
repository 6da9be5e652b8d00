import { createHash } from 'node:crypto';
import { NoVerdict } from '@coupon/application';
import { sql, type Kysely } from 'kysely';
import type { Schema } from './schema.js';

/** The server takes no longer name (MySQL from 5.7.5; MariaDB from 10.0.2). */
const NAME_CHARACTERS_MAX = 64;

/**
 * Named locks are the whole server's: this is `name` within the database of `url`, hashed only
 * where it would be too long.
 */
export function lockNameIn(url: string, name: string): string {
  const full = `${decodeURIComponent(new URL(url).pathname.slice(1))}:${name}`;
  return [...full].length <= NAME_CHARACTERS_MAX
    ? full
    : createHash('sha256').update(full).digest('hex');
}

/**
 * Runs `work` while the session of `connection` holds the lock `name`, waiting up to `waitMs` for
 * it; `work` must be over, in the database too, when it settles. Rejects with NoVerdict 'contended'
 * when the wait was in vain, with the driver's errors, or as `work` does. The wait is free of the
 * session's statement limit, which would end it as a statement that takes too long.
 */
export async function underNamedLock<T>(
  connection: Kysely<Schema>,
  name: string,
  waitMs: number,
  work: () => Promise<T>,
): Promise<T> {
  const { rows } = await sql<{
    got: number | null;
  }>`/*M!100101 SET STATEMENT max_statement_time = 0 FOR */ SELECT GET_LOCK(${name}, ${waitMs / 1_000}) AS got`.execute(
    connection,
  );
  const got = rows[0]?.got ?? null;
  if (got !== 1)
    throw new NoVerdict(
      got === 0 ? 'contended' : 'unavailable',
      `named lock ${name}: ${got === 0 ? `not free within ${waitMs} ms` : 'refused'}`,
    );
  try {
    return await work();
  } finally {
    await release(connection, name);
  }
}

/**
 * Never rejects: what `work` came to stands. A session that may still hold the lock must not go
 * back into the pool, so it is ended.
 */
async function release(connection: Kysely<Schema>, name: string): Promise<void> {
  const released = await sql<{ released: number | null }>`SELECT RELEASE_LOCK(${name}) AS released`
    .execute(connection)
    .catch(() => undefined);
  if (released?.rows[0]?.released !== 1)
    await sql`KILL CONNECTION_ID()`.execute(connection).catch(() => undefined);
}
