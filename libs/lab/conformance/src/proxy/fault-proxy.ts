import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';
import type { Channel } from './messages.js';
import { ProxyConnection, type ArmedBreakpoint } from './proxy-connection.js';

/**
 * A message of a claim: the n-th (from 1) of its label, and whether the server has done it
 * (`after`) or not yet seen it.
 */
export interface InjectionPoint {
  readonly channel: Channel;
  readonly label: string;
  readonly occurrence: number;
  readonly side: 'before' | 'after';
}

/** A point at which a proxy holds a message. */
export interface Breakpoint {
  /** Resolves when the message is held and nothing more passes on its connection. */
  readonly caught: Promise<void>;
  /** Passes the message, or the answer, on; removes a breakpoint that has caught nothing yet. */
  release(): void;
  /**
   * Ends the connection on both sides, as when the client's machine is gone; removes a breakpoint
   * that has caught nothing yet.
   */
  cut(): void;
}

/**
 * A TCP proxy between one client and one server that reads their messages: it can stop a strategy
 * between any two statements, and the strategy needs no hooks for it. Listens on the loopback only.
 */
export class FaultProxy implements AsyncDisposable {
  private readonly connections = new Set<ProxyConnection>();
  private readonly listeners = new Set<(label: string) => void>();
  private readonly breakpoints = new Set<ArmedBreakpoint>();
  private readonly delaysMs = new Map<string, number>();
  private isClosing = false;
  private isSilent = false;

  private constructor(
    readonly channel: Channel,
    readonly url: string,
    private readonly server: Server,
  ) {}

  /** Listens on a free port; `url` is `target`'s with that port. Rejects where it cannot. */
  static async open(channel: Channel, target: string): Promise<FaultProxy> {
    const { hostname, port } = new URL(target);
    const fallbackPort = channel === 'mysql' ? 3306 : 6379;
    const server = createServer({ allowHalfOpen: true });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
    const url = new URL(target);
    url.hostname = '127.0.0.1';
    url.port = String(address.port);
    const proxy = new FaultProxy(channel, url.href, server);
    server.on('connection', (client) => {
      if (proxy.isClosing) return void client.destroy();
      const upstream = connect({
        port: port === '' ? fallbackPort : Number(port),
        host: hostname,
        allowHalfOpen: true,
      });
      const connection = new ProxyConnection(channel, client, upstream, {
        breakpoints: proxy.breakpoints,
        delaysMs: proxy.delaysMs,
        onMessage: (label) => {
          for (const listener of proxy.listeners) listener(label);
        },
        onClose: () => void proxy.connections.delete(connection),
      });
      proxy.connections.add(connection);
      if (proxy.isSilent) connection.silence();
    });
    return proxy;
  }

  /** Holds the message at `point`, counted from now. */
  holdAt(point: Omit<InjectionPoint, 'channel'>): Breakpoint {
    const caught = deferred();
    const breakpoint: ArmedBreakpoint = {
      label: point.label,
      side: point.side,
      left: point.occurrence,
      onCaught: caught.resolve,
      connection: null,
    };
    this.breakpoints.add(breakpoint);
    const end = (then: (connection: ProxyConnection) => void) => (): void => {
      this.breakpoints.delete(breakpoint);
      const { connection } = breakpoint;
      breakpoint.connection = null;
      if (connection !== null) then(connection);
    };
    return {
      caught: caught.promise,
      release: end((connection) => connection.resume()),
      cut: end((connection) => connection.cut()),
    };
  }

  /**
   * Cuts the connection at `point`, counted from now. `done` resolves when it is cut; `forget`
   * withdraws the order.
   */
  cutAt(point: Omit<InjectionPoint, 'channel'>): { readonly done: Promise<void>; forget(): void } {
    const breakpoint = this.holdAt(point);
    return {
      done: breakpoint.caught.then(() => breakpoint.cut()),
      forget: () => breakpoint.release(),
    };
  }

  /** Delays every message of that label on its way to the server from now on. */
  delay(label: string, delayMs: number): void {
    this.delaysMs.set(label, delayMs);
  }

  /**
   * From now on nothing passes in either direction, no FIN and no RST either, as when the server's
   * host has no power: new connections are silent too. The function that is returned lets new
   * connections work again; those that were silent remain so for ever.
   */
  silence(): () => void {
    this.isSilent = true;
    for (const connection of this.connections) connection.silence();
    return () => {
      this.isSilent = false;
    };
  }

  /** Calls `listener` with the label of every message until the returned function is called. */
  listen(listener: (label: string) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** How long the longest unanswered message has waited for the server, in ms; 0: none waits. */
  unansweredMs(nowMs: number): number {
    return Math.max(
      0,
      ...[...this.connections].map(({ unansweredSinceMs }) =>
        unansweredSinceMs === null ? 0 : nowMs - unansweredSinceMs,
      ),
    );
  }

  /** How many connections are open. */
  get connectionCount(): number {
    return this.connections.size;
  }

  /** Ends every connection, and refuses new ones. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.isClosing = true;
    for (const connection of this.connections) connection.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** Node 20 has no Promise.withResolvers. */
function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}
