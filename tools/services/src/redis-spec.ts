import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { dockerRun, isDocker } from './docker.js';
import type { ServerSpec } from './server-spec.js';
import { writePrivate } from './services-folder.js';

/** Redis or Valkey with a password and an append-only file, flushed each second or each write. */
export function redisSpec(
  program: string,
  root: string,
  password: string,
  appendfsync: 'everysec' | 'always' = 'everysec',
): ServerSpec {
  const options = { requirepass: password, appendonly: 'yes', appendfsync, save: '' };
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
