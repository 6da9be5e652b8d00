import { createServer, STATUS_CODES, type Server } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ErrorBody } from '@coupon/http-contract';
import type { Express } from 'express';
import { errorResponses } from './errors.js';
import { preparedClasses } from './prepared-classes.js';

/** The limits of the HTTP server, and how it makes its messages. */
export interface ServerLimits {
  /** Open connections at most; further ones are closed at once. */
  readonly connectionsMax: number;
  /**
   * Whether requests and responses are constructed from Express's own classes: same responses,
   * several times the speed.
   */
  readonly prepared: boolean;
}

/**
 * A server for `app`, not yet listening. Time limits: 10 s for the headers, 15 s for a whole
 * request, 5 s for an idle connection.
 */
export function createHttpServer(app: Express, limits: ServerLimits): Server {
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
  server.on('clientError', rejectMalformed);
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
 * Rejects what is not HTTP, or has too slow or too long a header. There is no request object yet,
 * so the response is written by hand.
 */
function rejectMalformed(error: NodeJS.ErrnoException, socket: Duplex): void {
  const hasResponded = socket instanceof Socket && socket.bytesWritten > 0;
  if (error.code === 'ECONNRESET' || !socket.writable || hasResponded) {
    socket.destroy();
    return;
  }
  const code = codeOfParserError.get(error.code ?? '') ?? 400;
  const { reason, message, status } = errorResponses.INVALID_REQUEST;
  const codeName = STATUS_CODES[code] ?? '';
  const body: ErrorBody = {
    status: code === 400 ? status : codeName.toUpperCase().replaceAll(' ', '_'),
    code,
    message: message.en,
    timestamp: new Date().toISOString().slice(0, -1),
    reason,
    requestId: '',
  };
  const json = JSON.stringify(body);
  const head = [
    `HTTP/1.1 ${code} ${codeName}`,
    'Content-Type: application/json; charset=utf-8',
    'Connection: close',
    `Content-Length: ${Buffer.byteLength(json)}`,
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${json}`);
}
