import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** A request that was sent with the connection has arrived by then. */
const SILENT_MS = 1_000;

/** The connections of a server: no address holds more than its share of them. */
export class OpenConnections {
  private readonly openedAtMs = new Map<Socket, number>();
  private readonly countOf = new Map<string, number>();

  /** `perAddressMax`: open connections of one client address; further ones are closed at once. */
  constructor(private readonly perAddressMax: number) {}

  /** Watches the connections of `server` from now on. */
  watch(server: Server): void {
    server.on('connection', (socket) => this.admit(socket));
  }

  /**
   * Ends those that have been open for a while and have sent nothing: a stopping server has no
   * request of theirs to wait for.
   */
  endSilent(): void {
    const nowMs = performance.now();
    for (const [socket, atMs] of this.openedAtMs)
      if (socket.bytesRead === 0 && nowMs - atMs > SILENT_MS) socket.destroy();
  }

  private admit(socket: Socket): void {
    const address = socket.remoteAddress ?? '';
    const count = this.countOf.get(address) ?? 0;
    if (count >= this.perAddressMax) {
      socket.destroy();
      return;
    }
    this.countOf.set(address, count + 1);
    this.openedAtMs.set(socket, performance.now());
    socket.once('close', () => this.forget(socket, address));
  }

  private forget(socket: Socket, address: string): void {
    this.openedAtMs.delete(socket);
    const left = (this.countOf.get(address) ?? 1) - 1;
    if (left > 0) this.countOf.set(address, left);
    else this.countOf.delete(address);
  }
}
