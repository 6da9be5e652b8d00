import { createServer, STATUS_CODES, type Server } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ErrorBody } from '@coupon/http-contract';
import type { Express } from 'express';
import { errorResponses } from './errors.js';
import { oneAtATime } from './one-at-a-time.js';
import type { OpenConnections } from './open-connections.js';
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
  /** How long the headers of a request may take, in milliseconds. */
  readonly headersMs: number;
  /** How long a whole request may take to arrive, in milliseconds. */
  readonly requestMs: number;
  /** After which a connection without a request is closed, in milliseconds. */
  readonly keepAliveMs: number;
}

/** A server for `app`, not yet listening, whose connections are watched. */
export function createHttpServer(
  app: Express,
  limits: ServerLimits,
  connections: OpenConnections,
): Server {
  const options = {
    requestTimeout: limits.requestMs,
    headersTimeout: limits.headersMs,
    keepAliveTimeout: limits.keepAliveMs,
    connectionsCheckingInterval: Math.min(1_000, limits.headersMs),
  };
  const classes = limits.prepared ? preparedClasses(app) : {};
  const server = createServer({ ...options, ...classes }, oneAtATime(app));
  server.maxConnections = limits.connectionsMax;
  connections.watch(server);
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

/** How long a client may take to read why it was rejected. */
const LINGER_MS = 1_000;

/**
 * Rejects what is not HTTP, or has too slow or too long a header. There is no request object yet,
 * so the response is written by hand. The connection is gone after that, whatever the client does
 * with its half of it: nothing else would ever look at it again.
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
    timestamp: new Date().toISOString(),
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
  const lingering = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(lingering));
}
