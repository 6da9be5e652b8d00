import { Redis } from 'ioredis';
import { createConnection } from 'mysql2/promise';

/** What a server answered about itself. */
export interface ServerAnswer {
  readonly flavour: 'mariadb' | 'mysql' | 'redis';
  readonly version: string;
}

const patienceMs = 3000;

/**
 * Logs in to a database and asks its version. Rejects with the driver's error when it is not there
 * or not ours.
 */
export async function askDatabase(url: string): Promise<ServerAnswer> {
  const connection = await createConnection({ uri: url, connectTimeout: patienceMs });
  try {
    const [rows] = await connection.query({ sql: 'SELECT VERSION()', rowsAsArray: true });
    const text = String(Array.isArray(rows) && Array.isArray(rows[0]) ? rows[0][0] : '');
    return {
      flavour: /mariadb/i.test(text) ? 'mariadb' : 'mysql',
      version: text.split('-')[0] ?? text,
    };
  } finally {
    connection.destroy();
  }
}

/**
 * Logs in to Redis and asks its version. Rejects when it is not there, not ours, or does not answer
 * in time.
 */
export async function askRedis(url: string): Promise<ServerAnswer> {
  return withRedis(url, async (client) => {
    const version = /redis_version:(\S+)/.exec(await client.info('server'))?.[1];
    return { flavour: 'redis', version: version ?? 'unknown' };
  });
}

/** Lends a short-lived Redis connection that neither reconnects nor queues. */
export async function withRedis<T>(url: string, work: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(url, {
    lazyConnect: true,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    connectTimeout: patienceMs,
    commandTimeout: patienceMs,
  });
  let fault: Error | undefined;
  // "Connection is closed." hides the reason, which comes here
  client.on('error', (error: Error) => (fault = error));
  try {
    await client.connect();
    return await work(client);
  } catch (error) {
    throw fault ?? error;
  } finally {
    // once ended, this would only hold the process for 2 s
    if (client.status !== 'end') client.disconnect();
  }
}
