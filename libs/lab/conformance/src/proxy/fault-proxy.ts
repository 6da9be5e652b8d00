import { connect, createServer, type Server } from 'node:net';
import type { Channel } from './messages.js';
import { ProxyConnection, type ArmedBreakpoint, type Breakpoints } from './proxy-connection.js';

/**
 * A message of a claim's walk: the n-th (from 1) of that label, and whether the server has done it
 * (`after`) or not yet seen it.
 */
export interface InjectionPoint {
  readonly channel: Channel;
  readonly label: string;
  readonly occurrence: number;
  readonly side: 'before' | 'after';
}

/** A point at which a wire waits for its message. */
export interface Breakpoint {
  /** Resolves when the message is there and nothing more passes on its connection. */
  readonly caught: Promise<void>;
  /** The message, or the answer, goes on; a trap that caught nothing yet is taken away. */
  release(): void;
  /**
   * The connection ends on both sides, as when the client's machine is gone; a trap that caught
   * nothing yet is taken away.
   */
  cut(): void;
}

/**
 * A TCP proxy between one party and one server that knows messages: it can stop the world between
 * any two statements of a strategy whose code knows nothing of it. Loopback only.
 */
export class FaultProxy implements AsyncDisposable {
  private readonly lines = new Set<ProxyConnection>();
  private readonly listeners = new Set<(label: string) => void>();
  private readonly traps: Breakpoints = new Set();
  private readonly delaysMs = new Map<string, number>();
  private refusing = false;

  private constructor(
    readonly channel: Channel,
    readonly url: string,
    private readonly server: Server,
  ) {}

  /** Listens on a free port; `url` is `target`'s with that port. */
  static async open(channel: Channel, target: string): Promise<FaultProxy> {
    const { hostname, port } = new URL(target);
    const fallbackPort = channel === 'mysql' ? 3306 : 6379;
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
    const here = new URL(target);
    here.hostname = '127.0.0.1';
    here.port = String(address.port);
    const wire = new FaultProxy(channel, here.href, server);
    server.on('connection', (client) => {
      if (wire.refusing) return void client.destroy();
      const line = new ProxyConnection(
        channel,
        client,
        connect(port === '' ? fallbackPort : Number(port), hostname),
        {
          traps: wire.traps,
          delaysMs: wire.delaysMs,
          heard: (label) => {
            for (const listener of wire.listeners) listener(label);
          },
          gone: () => wire.lines.delete(line),
        },
      );
      wire.lines.add(line);
    });
    return wire;
  }

  /** Stops the world at `point`, counted from now. */
  holdAt(point: Omit<InjectionPoint, 'channel'>): Breakpoint {
    const caught = deferred();
    const trap: ArmedBreakpoint = {
      label: point.label,
      side: point.side,
      left: point.occurrence,
      catch: caught.resolve,
      line: null,
    };
    this.traps.add(trap);
    const off = (then: (line: ProxyConnection) => void) => (): void => {
      this.traps.delete(trap);
      const { line } = trap;
      trap.line = null;
      if (line !== null) then(line);
    };
    return {
      caught: caught.promise,
      release: off((line) => line.goOn()),
      cut: off((line) => line.cut()),
    };
  }

  /**
   * Cuts the connection at `point`, counted from now. Resolves when it has; `forget` takes the
   * order back.
   */
  cutAt(point: Omit<InjectionPoint, 'channel'>): { readonly done: Promise<void>; forget(): void } {
    const trap = this.holdAt(point);
    return { done: trap.caught.then(trap.cut), forget: trap.release };
  }

  /**
   * From now on every message of that label takes so much longer on its way to the server: a window
   * made wide.
   */
  delay(label: string, delayMs: number): void {
    this.delaysMs.set(label, delayMs);
  }

  /**
   * Calls `listener` with the label of every message from now on; the returned function ends that.
   */
  listen(listener: (label: string) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /**
   * How long the server has been silent on the longest unanswered message, in ms; 0 when nobody
   * waits.
   */
  stuckMs(nowMs: number): number {
    return Math.max(
      0,
      ...[...this.lines].map((line) =>
        line.unansweredSinceMs === null ? 0 : nowMs - line.unansweredSinceMs,
      ),
    );
  }

  /** Ends every connection at once; new ones may be made. */
  cutAll(): void {
    for (const line of this.lines) line.cut();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.refusing = true;
    this.cutAll();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** Node 20 has no Promise.withResolvers. */
function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}
