import { createServer, connect, type Socket } from 'node:net';

/** A way to the database that can be closed and opened again. */
export interface DatabaseGate extends AsyncDisposable {
  /** The database's URL through the gate. */
  readonly url: string;
  /** Resets every connection and refuses new ones. */
  kill(): void;
  /** Holds back every byte, on new connections too. */
  silence(): void;
  /** Lets everything through, also what was held back. */
  open(): void;
}

/** Opens a gate to the database at `url`. */
export async function openDatabaseGate(url: string): Promise<DatabaseGate> {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  let state: 'open' | 'killed' | 'silent' = 'open';
  const server = createServer((client) => {
    if (state === 'killed') return client.resetAndDestroy();
    const database = connect(Number(target.port), target.hostname);
    for (const [from, to] of [
      [client, database],
      [database, client],
    ] as const) {
      sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => (to.destroy(), sockets.delete(from)));
      from.on('data', (bytes) => to.write(bytes));
      if (state === 'silent') from.pause();
    }
    return undefined;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const through = new URL(url);
  through.hostname = '127.0.0.1';
  through.port = String(typeof address === 'object' ? address?.port : '');
  const killAll = (): void => sockets.forEach((socket) => socket.destroy());
  return {
    url: through.href,
    kill() {
      state = 'killed';
      killAll();
    },
    silence() {
      state = 'silent';
      sockets.forEach((socket) => socket.pause());
    },
    open() {
      state = 'open';
      sockets.forEach((socket) => socket.resume());
    },
    async [Symbol.asyncDispose]() {
      killAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
