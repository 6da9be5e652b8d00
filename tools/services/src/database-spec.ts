import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { dockerRun, isDocker } from './docker.js';
import { run } from './run.js';
import type { ServerSpec } from './server-spec.js';
import { ServiceError } from './service-error.js';
import { writePrivate } from './services-folder.js';

const createDataWithinMs = 120_000;

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
  const common = { kind: 'database', log: join(root, 'database.log') } as const;
  const url = (user: string) => (port: number) =>
    `mysql://${user}:${password}@127.0.0.1:${port}/coupon_race`;
  if (isDocker(program)) {
    const env = {
      MARIADB_ROOT_PASSWORD: password,
      MARIADB_DATABASE: 'coupon_race',
      MARIADB_ROOT_HOST: '%',
    };
    const command = (port: number) => [
      ...dockerRun(program, 'database', { root, port }, env),
      ...serverOptions,
    ];
    return { ...common, command, url: url('root') };
  }
  const isMariadb = basename(program) === 'mariadbd';
  const data = join(root, isMariadb ? 'mariadb' : 'mysql');
  // a starting server deletes every #sql* file in its temporary folder, those of others included
  const temporary = join(root, 'database-tmp');
  const initFile = join(root, 'database-init.sql');
  const options = [
    `--tmpdir=${temporary}`,
    // without it, both refuse to run as root
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
      const draft = `${data}.draft`; // an interrupted attempt leaves no half data folder
      rmSync(draft, { recursive: true, force: true });
      const installer = isMariadb ? installDb(program) : program;
      const noPasswordYet = isMariadb
        ? ['--auth-root-authentication-method=normal', '--skip-test-db']
        : ['--initialize-insecure'];
      const args = ['--no-defaults', `--datadir=${draft}`, ...noPasswordYet, ...options];
      const { failure } = await run([installer, ...args], createDataWithinMs);
      if (failure !== null) throw new ServiceError(`no data folder could be created: ${failure}`);
      renameSync(draft, data);
    },
    command: (port) => [
      program,
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
      `GRANT ALL PRIVILEGES ON *.* TO 'coupon'@'${host}' WITH GRANT OPTION;`,
      `ALTER USER IF EXISTS 'root'@'${host}' IDENTIFIED BY '${password}';`,
    ]),
    `DROP USER IF EXISTS ''@'localhost';`,
    'CREATE DATABASE IF NOT EXISTS coupon_race CHARACTER SET utf8mb4;',
    '',
  ].join('\n');
}

/** The script that creates MariaDB's data folder. */
function installDb(program: string): string {
  const folders = [dirname(program), join(dirname(program), '../bin'), '/usr/bin'];
  const script = ['mariadb-install-db', 'mysql_install_db']
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find((path) => existsSync(path));
  if (script !== undefined) return script;
  throw new ServiceError(
    `mariadb-install-db is not beside ${program}: install the rest of MariaDB's server package`,
  );
}
