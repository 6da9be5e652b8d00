import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDocker } from './docker.js';
import { thisMachine } from './machine.js';
import { randomPassword } from './password.js';
import { signalTo } from './process-identity.js';
import { provision } from './provision.js';
import { redisSpec } from './redis-spec.js';
import { startServer, type ServerProcess } from './server-process.js';
import { ServiceError } from './service-error.js';

/**
 * A Redis that its owner may pause, kill and flush. Every write is on disk before it is
 * acknowledged (AOF, always). Disposing removes it with its data.
 */
export interface DisposableRedis extends AsyncDisposable {
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

/**
 * Starts one. Throws ServiceMissing or ServiceError where this machine has no redis-server: a
 * container cannot be stopped as a process can.
 */
export async function disposableRedis(): Promise<DisposableRedis> {
  const { signal } = new AbortController(); // never aborts
  const { redis } = await provision(['redis'], thisMachine(process.env), () => undefined, signal);
  if (redis === undefined || isDocker(redis))
    throw new ServiceError(
      'a Redis that can be paused and killed needs redis-server (or valkey-server) on this machine',
    );
  const root = mkdtempSync(join(tmpdir(), 'disposable-redis-'));
  const spec = redisSpec(redis, root, randomPassword(), 'always');
  let server: ServerProcess;
  try {
    server = await startServer(spec, signal);
  } catch (error) {
    rmSync(root, { recursive: true, force: true });
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
        throw new ServiceError(`another process took port ${port} while Redis was down`);
    },
    async [Symbol.asyncDispose]() {
      await kill();
      rmSync(root, { recursive: true, force: true });
    },
  };
}
