import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { dockerRun, isDocker } from './docker.js';
import { runToEnd } from './run-to-end.js';
import type { ServerSpec } from './server-spec.js';
import { ServiceError } from './service-error.js';
import { writePrivate } from './services-folder.js';

const initialiseWithinMs = 120_000;

/**
 * For a program and a container alike: connections for 2,000 users behind several API processes,
 * durable commits, UTC.
 */
const serverOptions = [
  '--max-connections=600',
  '--innodb-flush-log-at-trx-commit=1',
  '--innodb-buffer-pool-size=256M',
  '--skip-log-bin',
  '--character-set-server=utf8mb4',
  '--default-time-zone=+00:00',
  '--skip-name-resolve',
  '--max-connect-errors=1000000',
];

/**
 * MariaDB, or MySQL 8 where only that is found, with an empty database `coupon_race` and a user who
 * can create others.
 */
export function databaseSpec(program: string, root: string, password: string): ServerSpec {
  const kind = 'database';
  const common = { kind, log: join(root, 'database.log') } as const;
  const url = (user: string) => (port: number) =>
    `mysql://${user}:${password}@127.0.0.1:${port}/coupon_race`;
  if (isDocker(program)) {
    const env = {
      MARIADB_ROOT_PASSWORD: password,
      MARIADB_DATABASE: 'coupon_race',
      MARIADB_ROOT_HOST: '%',
    };
    return {
      ...common,
      prepare: async () => undefined,
      command: (port) => dockerRun(program, { kind, root, port }, env, serverOptions),
      url: url('root'),
    };
  }
  const isMariadb = basename(program) === 'mariadbd';
  const data = join(root, isMariadb ? 'mariadb' : 'mysql');
  // a starting server deletes every #sql* file in its temporary folder, those of others included
  const temporary = join(root, 'database-tmp');
  const initFile = join(root, 'database-init.sql');
  const options = [
    `--tmpdir=${temporary}`,
    // both refuse to run as root unless told so
    ...(process.getuid?.() === 0 ? ['--user=root'] : []),
    // a distribution's default folder for imports and exports may not exist
    ...(isMariadb ? [] : ['--secure-file-priv=NULL']),
  ];
  return {
    ...common,
    async prepare() {
      mkdirSync(temporary, { recursive: true, mode: 0o700 });
      writePrivate(initFile, initSql(password));
      if (existsSync(data)) return;
      const draft = `${data}.draft`; // an interrupted initialisation leaves no half data folder
      rmSync(draft, { recursive: true, force: true });
      await (isMariadb
        ? initialiseMariadb(program, draft, options)
        : initialiseMysql(program, draft, options));
      renameSync(draft, data);
    },
    command: (port) => ({
      program,
      args: [
        '--no-defaults',
        `--datadir=${data}`,
        '--socket=server.sock', // in the data folder: a socket's full path is limited to 107 bytes
        `--port=${port}`,
        '--bind-address=127.0.0.1',
        `--init-file=${initFile}`,
        ...(isMariadb ? [] : ['--mysqlx=OFF']),
        ...serverOptions,
        ...options,
      ],
    }),
    url: url('coupon'),
  };
}

/**
 * Runs at every start, one statement a line. No user logs in without the password, root and the
 * anonymous user included.
 */
function initSql(password: string): string {
  const hosts = ['localhost', '127.0.0.1'];
  return [
    ...hosts.flatMap((host) => [
      `CREATE USER IF NOT EXISTS 'coupon'@'${host}' IDENTIFIED BY '${password}';`,
      `ALTER USER 'coupon'@'${host}' IDENTIFIED BY '${password}';`,
      `GRANT ALL PRIVILEGES ON *.* TO 'coupon'@'${host}';`,
      `ALTER USER IF EXISTS 'root'@'${host}' IDENTIFIED BY '${password}';`,
    ]),
    `DROP USER IF EXISTS ''@'localhost';`,
    'CREATE DATABASE IF NOT EXISTS coupon_race CHARACTER SET utf8mb4;',
    '',
  ].join('\n');
}

async function initialiseMariadb(program: string, data: string, options: readonly string[]) {
  const folders = [dirname(program), join(dirname(program), '../bin'), '/usr/bin'];
  const script = ['mariadb-install-db', 'mysql_install_db']
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find((path) => existsSync(path));
  if (script === undefined)
    throw new ServiceError(
      `mariadb-install-db is not beside ${program}: install the rest of MariaDB's server package`,
    );
  const withPassword = '--auth-root-authentication-method=normal';
  await initialise(script, data, [withPassword, '--skip-test-db', ...options]);
}

const initialiseMysql = (program: string, data: string, options: readonly string[]) =>
  initialise(program, data, ['--initialize-insecure', ...options]);

async function initialise(program: string, data: string, options: readonly string[]) {
  const args = ['--no-defaults', `--datadir=${data}`, ...options];
  const failure = await runToEnd(program, args, { timeoutMs: initialiseWithinMs });
  if (failure !== null) throw new ServiceError(`the data folder cannot be created: ${failure}`);
}
