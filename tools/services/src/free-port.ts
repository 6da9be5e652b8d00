import { once } from 'node:events';
import { createServer } from 'node:net';

/** A loopback port that is free at this moment: `preferred` if possible, else any. */
export async function freePort(preferred = 0): Promise<number> {
  const server = createServer();
  try {
    server.listen({ port: preferred, host: '127.0.0.1', exclusive: true });
    await once(server, 'listening');
    const address = server.address();
    if (address !== null && typeof address === 'object') return address.port;
  } catch (error) {
    if (preferred === 0) throw error;
  } finally {
    server.close();
  }
  return freePort();
}
