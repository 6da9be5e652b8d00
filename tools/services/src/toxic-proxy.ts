import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { ServiceError } from './service-error.js';

const callWithinMs = 5000;
const defaultPorts: Readonly<Record<string, number>> = { 'mysql:': 3306, 'redis:': 6379 };

/** To the server, or from it. */
export type Stream = 'upstream' | 'downstream';

/**
 * What a proxy does to the bytes of one direction. `latency` holds each for `latency` ms, give or
 * take `jitter` ms. `bandwidth` passes `rate` KB/s. `slicer` sends pieces of about `average_size`
 * bytes with `delay` us between them. `timeout` drops everything, and closes the connection after
 * `timeout` ms (0: when the toxic is removed). `reset_peer` ends a connection `timeout` ms after
 * its next bytes: with RST if the connection is younger than the toxic, else with FIN (toxiproxy
 * 2.12, link.go).
 */
export type Toxic = {
  /**
   * The share of connections that are affected; 1 by default. A `reset_peer` with 0 does nothing by
   * itself, but connections made since then end with RST, however they end.
   */
  readonly toxicity?: number;
} & (
  | { readonly type: 'latency'; readonly latency: number; readonly jitter?: number }
  | { readonly type: 'bandwidth'; readonly rate: number }
  | { readonly type: 'slicer'; readonly average_size: number; readonly delay: number }
  | { readonly type: 'timeout' | 'reset_peer'; readonly timeout: number }
);

/** A proxy between clients and one server. Every method rejects with ServiceError. */
export interface ToxicProxy extends AsyncDisposable {
  /** The server's URL through this proxy. */
  readonly url: string;
  /** Applies a toxic to one direction of every connection, open or new; resolves with its end. */
  add(stream: Stream, toxic: Toxic): Promise<() => Promise<void>>;
  /** Closes every connection and refuses new ones. */
  disable(): Promise<void>;
  /** Accepts connections again, at the same URL. */
  enable(): Promise<void>;
}

const proxySchema = z.object({ listen: z.string() });

/** Whether a Toxiproxy answers at this address. Never rejects. */
export async function toxiproxyAnswers(api: string): Promise<boolean> {
  return call(api, 'GET', '/version').then(
    () => true,
    () => false,
  );
}

/** Opens a proxy on a free port of the loopback to the server of the URL `target`. */
export async function openProxy(api: string, target: string): Promise<ToxicProxy> {
  const server = new URL(target);
  const port = server.port === '' ? (defaultPorts[server.protocol] ?? 80) : server.port;
  const name = randomUUID();
  const path = `/proxies/${name}`;
  const request = { name, listen: '127.0.0.1:0', upstream: `${server.hostname}:${port}` };
  const { listen } = proxySchema.parse(await call(api, 'POST', '/proxies', request));
  server.hostname = '127.0.0.1';
  server.port = listen.slice(listen.lastIndexOf(':') + 1);
  const set = async (enabled: boolean): Promise<void> => {
    await call(api, 'POST', path, { enabled });
  };
  return {
    url: server.href,
    async add(stream, { type, toxicity = 1, ...attributes }) {
      const toxic = randomUUID();
      const body = { name: toxic, type, stream, toxicity, attributes };
      await call(api, 'POST', `${path}/toxics`, body);
      return async () => {
        await call(api, 'DELETE', `${path}/toxics/${toxic}`);
      };
    },
    disable: () => set(false),
    enable: () => set(true),
    async [Symbol.asyncDispose]() {
      await call(api, 'DELETE', path);
    },
  };
}

/** One call of Toxiproxy's HTTP API. Resolves with its answer; null where it has no body. */
async function call(api: string, method: string, path: string, body?: object): Promise<unknown> {
  let text: string;
  try {
    const response = await fetch(`${api}${path}`, {
      method,
      signal: AbortSignal.timeout(callWithinMs),
      headers: { 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    text = await response.text();
    if (!response.ok) throw new Error(`${response.status} ${text}`);
  } catch (error) {
    throw new ServiceError(`Toxiproxy: ${method} ${path}: ${String(error)}`);
  }
  return text === '' ? null : JSON.parse(text);
}
