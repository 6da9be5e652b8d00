import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { dockerRun, isDocker } from './docker.js';
import type { ServerSpec } from './server-spec.js';
import { writePrivate } from './services-folder.js';

/** When a write is on disk: each second, before it is acknowledged, or never. */
export type RedisPersistence = 'everysec' | 'always' | 'none';

/** Redis or Valkey with a password and an append-only file, if it has any. */
export function redisSpec(
  program: string,
  root: string,
  password: string,
  persistence: RedisPersistence = 'everysec',
): ServerSpec {
  const file =
    persistence === 'none' ? { appendonly: 'no' } : { appendonly: 'yes', appendfsync: persistence };
  const options = { requirepass: password, ...file, save: '' };
  const common = {
    kind: 'redis',
    url: (port: number) => `redis://:${password}@127.0.0.1:${port}`,
    log: join(root, 'redis.log'),
  } as const;
  if (isDocker(program)) {
    const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
    const command = (port: number) => [...dockerRun(program, 'redis', { root, port }, {}), ...args];
    return { ...common, command };
  }
  const dir = join(root, 'redis');
  const settings = join(root, 'redis.conf'); // in a file: every user can read a process's arguments
  return {
    ...common,
    command: () => [program, settings],
    prepare(port) {
      mkdirSync(dir, { recursive: true, mode: 0o700 });
      const all = { bind: '127.0.0.1', port, dir, maxclients: 4000, ...options };
      const lines = Object.entries(all).map(
        ([name, value]) => `${name} ${JSON.stringify(String(value))}\n`,
      );
      writePrivate(settings, lines.join(''));
    },
  };
}
