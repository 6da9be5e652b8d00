import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askRedis } from './ask.js';
import { thisMachine } from './machine.js';
import { signalTo } from './process-identity.js';
import { provision } from './provision.js';
import type { Recipe } from './recipe.js';
import { startServer, type ServerProcess } from './server-process.js';
import { ServiceError } from './service-missing.js';

/**
 * A Redis of its maker's own, to be stopped, killed and flushed. Every write is on disk before it
 * is answered (AOF, always).
 */
export interface DisposableRedis extends AsyncDisposable {
  readonly url: string;
  /** SIGSTOP: it keeps its connections and answers nothing. */
  pause(): void;
  /** SIGCONT. */
  resume(): void;
  /** SIGKILL, and its end awaited. */
  kill(): Promise<void>;
  /** Starts it again, after `kill`, with its data and on its port. Rejects with ServiceError. */
  restart(): Promise<void>;
}

const never = new AbortController().signal;

/**
 * Starts one. Throws ServiceMissing or ServiceError where this machine has no redis-server: a
 * container cannot be stopped as a process can.
 */
export async function disposableRedis(): Promise<DisposableRedis> {
  const { redis } = await provision(['redis'], thisMachine(process.env), () => undefined, never);
  if (redis?.from !== 'machine')
    throw new ServiceError(
      'a Redis that can be stopped and killed needs redis-server (or valkey-server) on this machine',
    );
  const data = mkdtempSync(join(tmpdir(), 'disposable-redis-'));
  const recipe = recipeIn(data, redis.program);
  let server: ServerProcess;
  try {
    server = await startServer(recipe, never);
  } catch (error) {
    rmSync(data, { recursive: true, force: true });
    throw error;
  }
  const { port } = server;
  const signal = (name: NodeJS.Signals): void => signalTo(server.running.process, name);
  const kill = async (): Promise<void> => {
    signal('SIGKILL');
    await server.stop();
  };
  return {
    url: server.running.url,
    pause: () => signal('SIGSTOP'),
    resume: () => signal('SIGCONT'),
    kill,
    async restart() {
      server = await startServer(recipe, never, port);
      if (server.port !== port)
        throw new ServiceError(`somebody took port ${port} while Redis was down`);
    },
    async [Symbol.asyncDispose]() {
      await kill();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

function recipeIn(data: string, program: string): Recipe {
  const password = randomBytes(12).toString('hex');
  return {
    prepare: async () => {},
    command: (port) => ({
      program,
      args: [
        '--bind',
        '127.0.0.1',
        '--port',
        String(port),
        '--dir',
        data,
        '--requirepass',
        password,
        '--appendonly',
        'yes',
        '--appendfsync',
        'always',
        '--save',
        '',
      ],
    }),
    url: (port) => `redis://:${password}@127.0.0.1:${port}`,
    ask: askRedis,
    log: join(data, 'redis.log'),
  };
}
