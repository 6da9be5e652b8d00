import { existsSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { execa } from 'execa';
import { askDatabase } from './ask.js';
import { dockerRun } from './docker.js';
import { writePrivate, type ServicesFolder } from './folder.js';
import { ServiceError } from './service-missing.js';
import type { Recipe } from './recipe.js';
import type { Source } from './source.js';

const firstRunMs = 120_000;

/**
 * The same for a program and a container: room for the original's 2,000 users behind several API
 * processes, durable commits, UTC.
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
 * MariaDB, or MySQL 8 where only that is found, with an empty database `coupon_race` and one user
 * who may create others.
 */
export function databaseRecipe(source: Source, folder: ServicesFolder, password: string): Recipe {
  const log = join(folder.root, 'database.log');
  if (source.from === 'docker') {
    return {
      prepare: async () => {},
      command: (port) =>
        dockerRun(
          source,
          folder,
          'database',
          { host: port, container: 3306 },
          {
            env: {
              MARIADB_ROOT_PASSWORD: password,
              MARIADB_DATABASE: 'coupon_race',
              MARIADB_ROOT_HOST: '%',
            },
            args: serverOptions,
          },
        ),
      url: (port) => `mysql://root:${password}@127.0.0.1:${port}/coupon_race`,
      ask: askDatabase,
      log,
    };
  }
  const isMaria = basename(source.program) === 'mariadbd';
  const data = join(folder.root, isMaria ? 'mariadb' : 'mysql');
  const init = join(folder.root, 'database-init.sql');
  // both refuse to run as root unless told so
  const asRoot = process.getuid?.() === 0 ? ['--user=root'] : [];
  return {
    async prepare() {
      writePrivate(init, initSql(password));
      if (existsSync(data)) return;
      // an initialisation that was cut short leaves no half data folder behind
      const draft = `${data}.draft`;
      rmSync(draft, { recursive: true, force: true });
      await (isMaria
        ? initialiseMariadb(source.program, draft)
        : initialiseMysql(source.program, draft, asRoot));
      renameSync(draft, data);
    },
    command: (port) => ({
      program: source.program,
      args: [
        '--no-defaults',
        `--datadir=${data}`,
        '--socket=server.sock', // relative to the data folder: a socket's full path may not exceed 107 bytes
        `--port=${port}`,
        '--bind-address=127.0.0.1',
        `--init-file=${init}`,
        ...(isMaria ? [] : ['--mysqlx=OFF']),
        ...serverOptions,
        ...asRoot,
      ],
    }),
    url: (port) => `mysql://coupon:${password}@127.0.0.1:${port}/coupon_race`,
    ask: askDatabase,
    log,
  };
}

/**
 * Runs at every start, one statement a line. Nobody gets in without the password, root and the
 * nameless user included.
 */
function initSql(password: string): string {
  const hosts = ['localhost', '127.0.0.1'];
  return [
    ...hosts.flatMap((host) => [
      `CREATE USER IF NOT EXISTS 'coupon'@'${host}' IDENTIFIED BY '${password}';`,
      `ALTER USER 'coupon'@'${host}' IDENTIFIED BY '${password}';`,
      `GRANT ALL PRIVILEGES ON *.* TO 'coupon'@'${host}';`,
    ]),
    ...hosts.map((host) => `ALTER USER IF EXISTS 'root'@'${host}' IDENTIFIED BY '${password}';`),
    `DROP USER IF EXISTS ''@'localhost';`,
    'CREATE DATABASE IF NOT EXISTS coupon_race CHARACTER SET utf8mb4;',
    '',
  ].join('\n');
}

async function initialiseMariadb(program: string, data: string): Promise<void> {
  const beside = ['mariadb-install-db', 'mysql_install_db'].flatMap((name) => [
    join(dirname(program), name),
    join(dirname(program), '../bin', name),
    join('/usr/bin', name),
  ]);
  const script = beside.find((path) => existsSync(path));
  if (script === undefined)
    throw new ServiceError(
      `mariadb-install-db is not beside ${program}: install the rest of MariaDB's server package`,
    );
  await initialise(script, [
    '--no-defaults',
    `--datadir=${data}`,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
  ]);
}

async function initialiseMysql(
  program: string,
  data: string,
  asRoot: readonly string[],
): Promise<void> {
  await initialise(program, [
    '--no-defaults',
    '--initialize-insecure',
    `--datadir=${data}`,
    ...asRoot,
  ]);
}

async function initialise(program: string, args: readonly string[]): Promise<void> {
  const { failed, all } = await execa(program, args, {
    all: true,
    reject: false,
    timeout: firstRunMs,
    stdin: 'ignore',
  });
  if (failed)
    throw new ServiceError(
      `${basename(program)} could not make an empty data folder:\n${all.split('\n').slice(-5).join('\n')}`,
    );
}
