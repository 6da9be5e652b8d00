import { createServer, STATUS_CODES, type Server } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Express } from 'express';
import { problems, type ProblemName } from './errors.js';
import { preparedClasses } from './prepared-server.js';

/** How the server listens. */
export interface ServerLimits {
  /** Connections at the same time; further ones are closed as they come. */
  readonly connectionsMax: number;
  /**
   * Whether requests and responses are made from Express' own classes: same answers, several times
   * the speed.
   */
  readonly prepared: boolean;
}

/**
 * A server for `app`, not yet listening. Time limits: 10 s for the headers, 15 s for a whole
 * request, 5 s for an idle connection.
 */
export function serverFor(app: Express, limits: ServerLimits): Server {
  const options = {
    requestTimeout: 15_000,
    headersTimeout: 10_000,
    keepAliveTimeout: 5_000,
    connectionsCheckingInterval: 1_000,
  };
  const server = limits.prepared
    ? createServer({ ...options, ...preparedClasses(app) }, app)
    : createServer(options, app);
  server.maxConnections = limits.connectionsMax;
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => refuse(error, socket));
  return server;
}

/** Listens, and resolves with the URL. Rejects with the system's error, such as EADDRINUSE. */
export function listen(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, backlog: 4_096 }, () => {
      server.removeListener('error', reject);
      const address = server.address();
      const bound = typeof address === 'object' && address !== null ? address.port : port;
      resolve(urlOf(host, bound));
    });
  });
}

/** The address of a service on this host and port; IPv6 hosts in brackets. */
export const urlOf = (host: string, port: number): string =>
  `http://${host.includes(':') ? `[${host}]` : host}:${port}`;

const codeOfParserError = new Map([
  ['ERR_HTTP_REQUEST_TIMEOUT', 408],
  ['HPE_HEADER_OVERFLOW', 431],
]);

/**
 * Something came that is not HTTP, too slow or too long a header: there is no request object yet,
 * so the answer is written by hand.
 */
function refuse(error: NodeJS.ErrnoException, socket: Duplex): void {
  const answeredBefore = socket instanceof Socket && socket.bytesWritten > 0;
  if (error.code === 'ECONNRESET' || !socket.writable || answeredBefore)
    return void socket.destroy();
  const code = codeOfParserError.get(error.code ?? '') ?? 400;
  const name: ProblemName = 'INVALID_REQUEST';
  const { reason, en, status } = problems[name];
  const named =
    code === 400 ? status : (STATUS_CODES[code] ?? status).toUpperCase().replaceAll(' ', '_');
  const body = JSON.stringify({
    status: named,
    code,
    message: en,
    timestamp: new Date().toISOString().slice(0, -1),
    reason,
    requestId: '',
  });
  const head = `HTTP/1.1 ${code} ${STATUS_CODES[code]}\r\nContent-Type: application/json; charset=utf-8\r\nConnection: close\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`;
  socket.end(head + body);
}
