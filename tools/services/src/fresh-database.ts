import { randomBytes } from 'node:crypto';
import { createConnection, type Connection } from 'mysql2/promise';
import { messageOf, ServiceError } from './service-error.js';

/** An empty database with a unique name; disposing drops it. */
export interface FreshDatabase extends AsyncDisposable {
  readonly url: string;
  readonly name: string;
}

/**
 * Creates an empty database `coupon_race_<label>_<random>` (utf8mb4) on the server of
 * `database.url`. Dispose drops this database only. Throws RangeError for a label that is not
 * [a-z0-9_]{1,30} after folding other characters, ServiceError when the server refuses (most likely
 * the user lacks the CREATE privilege).
 */
export async function freshDatabase(
  database: { readonly url: string },
  label: string,
): Promise<FreshDatabase> {
  const folded = label.toLowerCase().replace(/[^a-z0-9]+/g, '_');
  if (!/^[a-z0-9_]{1,30}$/.test(folded))
    throw new RangeError(
      `label must have 1 to 30 letters, digits or underscores, got ${JSON.stringify(label)}`,
    );
  // letters and digits only: needs no quoting
  const name = `coupon_race_${folded}_${randomBytes(4).toString('hex')}`;
  const url = new URL(database.url);
  await onServer(url, `CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
  const fresh = new URL(url);
  fresh.pathname = `/${name}`;
  let dropped = false;
  return {
    name,
    url: fresh.href,
    async [Symbol.asyncDispose]() {
      if (dropped) return;
      dropped = true;
      await onServer(url, `DROP DATABASE IF EXISTS ${name}`);
    },
  };
}

async function onServer(url: URL, statement: string): Promise<void> {
  const server = new URL(url);
  server.pathname = '/'; // selects no database: the one in the URL may not exist yet
  let connection: Connection | undefined;
  try {
    connection = await createConnection({ uri: server.toString(), connectTimeout: 5000 });
    await connection.query(statement);
  } catch (error) {
    throw new ServiceError(`${statement} on ${url.host} failed: ${messageOf(error)}`);
  } finally {
    connection?.destroy();
  }
}
