import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { askRedis } from './ask.js';
import { dockerRun } from './docker.js';
import { writePrivate, type ServicesFolder } from './folder.js';
import type { Recipe } from './recipe.js';
import type { Source } from './source.js';

/** Redis (or Valkey) with a password, its log of commands flushed once a second. */
export function redisRecipe(source: Source, folder: ServicesFolder, password: string): Recipe {
  const log = join(folder.root, 'redis.log');
  const url = (port: number): string => `redis://:${password}@127.0.0.1:${port}`;
  if (source.from === 'docker') {
    return {
      prepare: async () => {},
      command: (port) =>
        dockerRun(
          source,
          folder,
          'redis',
          { host: port, container: 6379 },
          {
            env: {},
            args: [
              '--requirepass',
              password,
              '--appendonly',
              'yes',
              '--appendfsync',
              'everysec',
              '--save',
              '',
            ],
          },
        ),
      url,
      ask: askRedis,
      log,
    };
  }
  const data = join(folder.root, 'redis');
  const settings = join(folder.root, 'redis.conf'); // in a file, since anybody can read a process's arguments
  return {
    async prepare(port) {
      mkdirSync(data, { recursive: true, mode: 0o700 });
      const lines = [
        'bind 127.0.0.1',
        `port ${port}`,
        `requirepass ${password}`,
        `dir ${JSON.stringify(data)}`,
        'daemonize no',
        'appendonly yes',
        'appendfsync everysec',
        'save ""',
        'maxclients 4000',
      ];
      writePrivate(settings, `${lines.join('\n')}\n`);
    },
    command: () => ({ program: source.program, args: [settings] }),
    url,
    ask: askRedis,
    log,
  };
}
