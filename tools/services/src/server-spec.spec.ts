import { describe, expect, it } from '@jest/globals';
import { serverSpec } from './server-spec.js';

const folder = { root: '/s', leases: '', state: '', lock: '', log: '' };
const argsOf = (kind: 'database' | 'redis', program: string): readonly string[] =>
  serverSpec(kind, program, folder, 'secret').command(4000);

describe('the command of a private server', () => {
  it.each(['mariadbd', 'mysqld'])('keeps %s on loopback and in its own folder', (program) => {
    const args = argsOf('database', `/usr/sbin/${program}`);
    const data = program === 'mariadbd' ? '/s/mariadb' : '/s/mysql';
    expect(args[1]).toBe('--no-defaults');
    expect(args).toEqual(
      expect.arrayContaining([
        `--datadir=${data}`,
        '--tmpdir=/s/database-tmp',
        '--bind-address=127.0.0.1',
        '--port=4000',
      ]),
    );
  });

  it('needs no folder for imports and exports where the server is MySQL', () => {
    expect(argsOf('database', '/usr/sbin/mysqld')).toContain('--secure-file-priv=NULL');
    expect(argsOf('database', '/usr/sbin/mariadbd')).not.toContain('--secure-file-priv=NULL');
  });

  it('publishes a container on loopback only, and removes it at its end', () => {
    for (const [kind, image, port] of [
      ['database', 'mariadb:10.11', 3306],
      ['redis', 'redis:7', 6379],
    ] as const) {
      const args = argsOf(kind, '/usr/bin/docker');
      expect(args.slice(0, 3)).toEqual(['/usr/bin/docker', 'run', '--rm']);
      expect(args.join(' ')).toContain(`--publish 127.0.0.1:4000:${port} `);
      expect(args).toContain(image);
    }
  });

  it('shows no password where every user can read it', () => {
    expect(argsOf('database', '/usr/sbin/mariadbd').join(' ')).not.toContain('secret');
    expect(argsOf('redis', '/usr/bin/redis-server').join(' ')).not.toContain('secret');
  });
});
