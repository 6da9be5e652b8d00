import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServerKind } from './catalog.js';
import { databaseSpec } from './database-spec.js';
import { isDocker } from './docker.js';
import { thisMachine } from './machine.js';
import { randomPassword } from './password.js';
import { signalTo } from './process-identity.js';
import { provision } from './provision.js';
import { redisSpec, type RedisPersistence } from './redis-spec.js';
import { startServer, type ServerProcess } from './server-process.js';
import { ServiceError } from './service-error.js';
import type { ServerSpec } from './server-spec.js';

/**
 * A server that its owner may pause, kill and start again. Disposing removes it with its data.
 */
export interface DisposableServer extends AsyncDisposable {
  readonly url: string;
  /** SIGSTOP: it keeps its connections and answers nothing. */
  pause(): void;
  /** SIGCONT. */
  resume(): void;
  /** SIGKILL; resolves when the process has ended. */
  kill(): Promise<void>;
  /** Starts it again, after `kill`, with its data and on its port. Rejects with ServiceError. */
  restart(): Promise<void>;
}

/** How a disposable server is run, and where it keeps its data. */
export interface DisposableOptions {
  /** A folder in which it makes its own, such as a small disk; by default the temporary one. */
  readonly parentFolder?: string;
  /** Further variables of its process. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Starts a Redis; by default every write is on disk before it is acknowledged. Throws
 * ServiceMissing or ServiceError where this machine has no redis-server: a container cannot be
 * stopped as a process can.
 */
export const disposableRedis = (
  persistence: RedisPersistence = 'always',
  options: DisposableOptions = {},
): Promise<DisposableServer> =>
  start('redis', options, (program, root) =>
    redisSpec(program, root, randomPassword(), persistence),
  );

/**
 * Starts a database with an empty schema `coupon_race`, durable at each commit, and an
 * administrator in its URL. Throws as {@link disposableRedis} does.
 */
export const disposableDatabase = (options: DisposableOptions = {}): Promise<DisposableServer> =>
  start('database', options, (program, root) => databaseSpec(program, root, randomPassword()));

async function start(
  kind: ServerKind,
  { parentFolder = tmpdir(), env = {} }: DisposableOptions,
  specOf: (program: string, root: string) => ServerSpec,
): Promise<DisposableServer> {
  const { signal } = new AbortController(); // never aborts
  const program = (await provision([kind], thisMachine(process.env), () => undefined, signal))[
    kind
  ];
  if (program === undefined || isDocker(program))
    throw new ServiceError(
      `a ${kind} server that can be paused and killed must be installed on this machine`,
    );
  const root = mkdtempSync(join(parentFolder, `disposable-${kind}-`));
  const removeData = (): void => rmSync(root, { recursive: true, force: true });
  const own = specOf(program, root);
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const spec: ServerSpec = {
    ...own,
    command: (port) => ['env', ...variables, ...own.command(port)],
  };
  let server: ServerProcess;
  try {
    server = await startServer(spec, signal);
  } catch (error) {
    removeData();
    throw error;
  }
  const { port, running } = server;
  const send = (name: NodeJS.Signals): void => signalTo(server.running.process, name);
  const kill = async (): Promise<void> => {
    send('SIGKILL');
    await server.stop();
  };
  return {
    url: running.url,
    pause: () => send('SIGSTOP'),
    resume: () => send('SIGCONT'),
    kill,
    async restart() {
      server = await startServer(spec, signal, port);
      if (server.port !== port)
        throw new ServiceError(
          `another process took port ${port} while the ${kind} server was down`,
        );
    },
    async [Symbol.asyncDispose]() {
      await kill();
      removeData();
    },
  };
}
