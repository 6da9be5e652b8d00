import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { findProgram, k6CacheFile, k6Version, type Machine } from './machine.js';
import type { ServiceName } from './service-missing.js';

/** Says one line to the user. */
export type Say = (line: string) => void;

const aptWithinMs = 600_000;
const buildWithinMs = 900_000;

const aptPackages: Record<Exclude<ServiceName, 'k6'>, readonly string[]> = {
  database: ['mariadb-server-core', 'mariadb-client-core'],
  redis: ['redis-server'],
  wrk: ['wrk'],
  chromium: ['chromium'],
};

/** Whether the user allows installing: yes, unless `COUPON_RACE_INSTALL=never`. */
export const mayInstall = ({ env }: Machine): boolean => env['COUPON_RACE_INSTALL'] !== 'never';

/**
 * Installs what is missing, as far as this machine lets us, and says so first. Returns why
 * something could not be installed, one sentence each; whether it is there now is for the caller to
 * look.
 */
export async function install(
  missing: readonly ServiceName[],
  machine: Machine,
  say: Say,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const byApt = missing.flatMap((service) => (service === 'k6' ? [] : aptPackages[service]));
  const faults: (string | null)[] = [];
  if (byApt.length > 0) faults.push(await installByApt(byApt, machine, say, signal));
  if (missing.includes('k6')) faults.push(await buildK6(machine, say, signal));
  return faults.filter((fault) => fault !== null);
}

async function installByApt(
  packages: readonly string[],
  machine: Machine,
  say: Say,
  signal: AbortSignal,
): Promise<string | null> {
  const apt = findProgram(machine, 'apt-get');
  if (apt === null) return null;
  const asRoot = await rootPrefix(machine, signal);
  if (asRoot === null)
    return `apt-get was not tried: you are not root and sudo asks for a password.`;
  say(`Installing ${packages.join(', ')} with apt-get (COUPON_RACE_INSTALL=never forbids it).`);
  const run = async (...args: readonly string[]): Promise<string | null> => {
    const [program = apt, ...before] = [
      ...asRoot,
      'env',
      'DEBIAN_FRONTEND=noninteractive',
      apt,
      '-o',
      'DPkg::Lock::Timeout=300',
    ];
    return runToEnd(program, [...before, ...args], aptWithinMs, signal);
  };
  const redisRan = await redisServiceIsActive(machine);
  await run('update'); // an old list may do, so only the install's failure counts
  const fault = await run('install', '-y', '--no-install-recommends', ...packages);
  if (!redisRan && (await redisServiceIsActive(machine))) {
    // On a systemd machine the package starts a server of its own on the default port, which nobody
    // asked for.
    const [program = 'systemctl', ...args] = [
      ...asRoot,
      'systemctl',
      'disable',
      '--now',
      'redis-server',
    ];
    await execa(program, args, { reject: false, stdin: 'ignore' });
  }
  return fault;
}

/**
 * What goes before a command to run it as root: nothing, or sudo where it asks for no password;
 * null when neither will do.
 */
async function rootPrefix(
  machine: Machine,
  signal: AbortSignal,
): Promise<readonly string[] | null> {
  if (process.getuid?.() === 0) return [];
  const sudo = findProgram(machine, 'sudo');
  if (sudo === null) return null;
  return (await runToEnd(sudo, ['-n', 'true'], 10_000, signal)) === null ? [sudo, '-n'] : null;
}

async function redisServiceIsActive(machine: Machine): Promise<boolean> {
  const systemctl = findProgram(machine, 'systemctl');
  if (systemctl === null) return false;
  return (
    (
      await execa(systemctl, ['is-active', '--quiet', 'redis-server'], {
        reject: false,
        stdin: 'ignore',
      })
    ).exitCode === 0
  );
}

/**
 * Builds k6 beside its final place and moves it there whole, so that two clones may do it at once.
 */
async function buildK6(machine: Machine, say: Say, signal: AbortSignal): Promise<string | null> {
  const go = findProgram(machine, 'go');
  if (go === null) return null;
  const file = k6CacheFile(machine);
  say(
    `Building k6 ${k6Version} with go install into ${dirname(file)}: once, for about two minutes (COUPON_RACE_INSTALL=never forbids it).`,
  );
  const draft = `${dirname(file)}.${process.pid}.draft`;
  mkdirSync(draft, { recursive: true });
  try {
    const fault = await runToEnd(
      go,
      ['install', `go.k6.io/k6@${k6Version}`],
      buildWithinMs,
      signal,
      { GOBIN: draft },
    );
    if (fault !== null) return fault;
    mkdirSync(dirname(file), { recursive: true });
    renameSync(join(draft, 'k6'), file);
    return null;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** Null when it went well, else what its last lines say. */
async function runToEnd(
  program: string,
  args: readonly string[],
  timeout: number,
  signal: AbortSignal,
  env: Record<string, string> = {},
): Promise<string | null> {
  const result = await execa(program, args, {
    all: true,
    reject: false,
    stdin: 'ignore',
    timeout,
    cancelSignal: signal,
    env,
  });
  signal.throwIfAborted();
  if (!result.failed) return null;
  const lastLines = (result.all ?? '').trim().split('\n').slice(-3).join('\n');
  return `${[program, ...args].join(' ')} failed:\n${lastLines === '' ? result.shortMessage : lastLines}`;
}
