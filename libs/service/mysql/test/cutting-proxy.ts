import { connect, createServer, type Socket, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A TCP proxy that cuts connections, delays a message, or lets connections fall silent. */
export interface CuttingProxy extends AsyncDisposable {
  readonly port: number;
  /**
   * From now on: cut at the next message from the client that holds `statement`, before or after
   * the server gets it.
   */
  cutAt(statement: string, when: 'before' | 'after'): void;
  /**
   * From now on: delivers the next message from the client that holds `statement` only after
   * `delayMs`, as a slow network would: even if the client has closed its connection meanwhile.
   */
  delayAt(statement: string, delayMs: number): void;
  /**
   * Forwards nothing more on the connections that are open now, in neither direction, not even that
   * one side closes. New connections work.
   */
  silence(): void;
  /** Forwards nothing more on any connection, new ones included, as a stopped server would. */
  stall(): void;
  /** Forwards again, also what was sent meanwhile. */
  resume(): void;
}

const holds = (chunk: Buffer, statement: string): boolean =>
  chunk.toString('latin1').toLowerCase().includes(statement);

async function listenOnLoopback(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new Error('a TCP server that listens has a port');
  return address.port;
}

/** Listens on a free loopback port and forwards to `targetPort` on loopback. */
export async function cuttingProxy(targetPort: number): Promise<CuttingProxy> {
  let cut: { readonly statement: string; readonly when: 'before' | 'after' } | undefined;
  let delay: { readonly statement: string; readonly delayMs: number } | undefined;
  const sockets = new Set<Socket>();
  const silent = new WeakSet<Socket>();
  let isStalled = false;
  const server = createServer((client) => {
    const upstream = connect(targetPort, '127.0.0.1');
    for (const socket of [client, upstream]) {
      if (isStalled) socket.pause();
      sockets.add(socket);
      socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
    }
    let delivery: Promise<unknown> = Promise.resolve();
    client.on('data', (chunk) => {
      if (delay !== undefined && holds(chunk, delay.statement)) {
        const { delayMs } = delay;
        delay = undefined;
        delivery = sleep(delayMs, undefined, { ref: false }).then(() => upstream.write(chunk));
        return;
      }
      if (cut === undefined || !holds(chunk, cut.statement)) {
        upstream.write(chunk);
        return;
      }
      const { when } = cut;
      cut = undefined;
      client.destroy();
      if (when === 'after') upstream.end(chunk);
      else upstream.destroy();
    });
    upstream.on('data', (chunk) => {
      if (!client.destroyed) client.write(chunk);
    });
    client.on('close', () => {
      if (!silent.has(client)) void delivery.then(() => upstream.end());
    });
    upstream.on('close', () => {
      if (!silent.has(client)) client.destroy();
    });
  });
  return {
    port: await listenOnLoopback(server),
    cutAt(statement, when) {
      cut = { statement, when };
    },
    delayAt(statement, delayMs) {
      delay = { statement, delayMs };
    },
    silence() {
      // Both ends of each connection: what is not read is not forwarded, data and FIN alike.
      for (const socket of sockets) silent.add(socket.pause());
    },
    stall() {
      isStalled = true;
      for (const socket of sockets) socket.pause();
    },
    resume() {
      isStalled = false;
      for (const socket of sockets) if (!silent.has(socket)) socket.resume();
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
