import { Redis } from 'ioredis';
import { createConnection } from 'mysql2/promise';
import type { ServerKind } from './catalog.js';

/** What a server reports about itself. */
export interface ServerInfo {
  readonly flavour: 'mariadb' | 'mysql' | 'redis';
  readonly version: string;
}

const timeoutMs = 3000;

/**
 * Logs in to a server and reads its version. Rejects with the driver's error when the server is not
 * there, refuses the password or does not answer in time.
 */
export function probe(kind: ServerKind, url: string): Promise<ServerInfo> {
  return kind === 'database' ? probeDatabase(url) : probeRedis(url);
}

async function probeDatabase(url: string): Promise<ServerInfo> {
  const [version = ''] = await queryRow(url, 'SELECT VERSION()');
  return {
    flavour: /mariadb/i.test(version) ? 'mariadb' : 'mysql',
    version: version.replace(/-.*/, ''),
  };
}

async function probeRedis(url: string): Promise<ServerInfo> {
  const info = await withRedis(url, (client) => client.info('server'));
  return { flavour: 'redis', version: /redis_version:(\S+)/.exec(info)?.[1] ?? 'unknown' };
}

/** The first row of a query's result, as text, on a connection of its own. */
export async function queryRow(url: string, sql: string): Promise<readonly string[]> {
  const connection = await createConnection({ uri: url, connectTimeout: timeoutMs });
  try {
    const [rows] = await connection.query({ sql, rowsAsArray: true, timeout: timeoutMs });
    const row: unknown = Array.isArray(rows) ? rows[0] : undefined;
    return Array.isArray(row) ? row.map(String) : [];
  } finally {
    connection.destroy();
  }
}

/** Calls `work` with a short-lived Redis connection that neither reconnects nor queues commands. */
export async function withRedis<T>(url: string, work: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(url, {
    lazyConnect: true,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    connectTimeout: timeoutMs,
    commandTimeout: timeoutMs,
  });
  let cause: Error | undefined;
  // connect() rejects with "Connection is closed."; only this event has the reason
  client.on('error', (error: Error) => (cause = error));
  try {
    await client.connect();
    return await work(client);
  } catch (error) {
    throw cause ?? error;
  } finally {
    // disconnecting an ended client would keep the process alive for 2 s
    if (client.status !== 'end') client.disconnect();
  }
}
