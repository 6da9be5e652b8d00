import { createHash } from 'node:crypto';
import { NoVerdict } from '@coupon/application';
import { sql, type Kysely } from 'kysely';
import { IDLE_TRANSACTION_MAX_MS } from './mysql.js';
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
 * Takes the lock `name` for the session of `connection`, waiting up to `waitMs`, in statements of
 * up to `statementMs` each: a server that has fallen silent must not look like a lock that is
 * taken. Disposing of it releases the lock, and never rejects; everything that it protects must be
 * over by then, in the database too. Rejects with NoVerdict 'contended' when the lock stays taken,
 * or with the driver's errors.
 *
 * While a session may hold the lock, the server ends it after as short a silence as a
 * transaction's: it would keep the lock of a client whose machine is gone for `wait_timeout`, hours
 * by default.
 */
export async function takeNamedLock(
  connection: Kysely<Schema>,
  name: string,
  { waitMs, statementMs }: { readonly waitMs: number; readonly statementMs: number },
): Promise<AsyncDisposable> {
  const untilMs = performance.now() + waitMs;
  await sql`SET SESSION wait_timeout = ${IDLE_TRANSACTION_MAX_MS / 1_000}`.execute(connection);
  let got: number | null | undefined;
  do {
    const seconds = Math.max(0, Math.min(untilMs - performance.now(), statementMs)) / 1_000;
    const { rows } = await sql<{
      got: number | null;
    }>`SELECT GET_LOCK(${name}, ${seconds}) AS got`.execute(connection);
    got = rows[0]?.got;
  } while (got === 0 && performance.now() < untilMs);
  if (got === 1) return { [Symbol.asyncDispose]: () => release(connection, name) };
  await restorePatience(connection);
  throw got === 0
    ? new NoVerdict('contended', `named lock ${name}: not free within ${waitMs} ms`)
    : new NoVerdict('unavailable', `named lock ${name}: refused`);
}

/** A session that may still hold the lock must not go back into the pool, so it is killed. */
async function release(connection: Kysely<Schema>, name: string): Promise<void> {
  const released = await sql<{ released: number | null }>`SELECT RELEASE_LOCK(${name}) AS released`
    .execute(connection)
    .catch(() => undefined);
  if (released?.rows[0]?.released === 1) await restorePatience(connection);
  else await sql`KILL CONNECTION_ID()`.execute(connection).catch(() => undefined);
}

const restorePatience = async (connection: Kysely<Schema>): Promise<void> => {
  // A connection on which this fails is lost.
  await sql`SET SESSION wait_timeout = DEFAULT`.execute(connection).catch(() => undefined);
};
