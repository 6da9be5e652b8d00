import { createServer } from 'node:net';

/** A loopback port that was free a moment ago: `wanted` if it can be had, else any. */
export async function freePort(wanted?: number): Promise<number> {
  if (wanted !== undefined && (await canListen(wanted)) !== null) return wanted;
  const port = await canListen(0);
  if (port === null) throw new Error('no free port on 127.0.0.1');
  return port;
}

function canListen(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address();
      server.close(() =>
        resolve(typeof address === 'object' && address !== null ? address.port : null),
      );
    });
  });
}
