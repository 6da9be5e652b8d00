import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { catalog, k6Version, type ServiceName } from './catalog.js';
import { findProgram, k6CacheFile, type Machine } from './machine.js';
import { runToEnd } from './run-to-end.js';

/** Receives one line for the user. */
export type Log = (line: string) => void;

const aptWithinMs = 600_000;
const buildWithinMs = 900_000;
const checkWithinMs = 10_000;

/** Whether the user allows installing: yes, unless `COUPON_RACE_INSTALL=never`. */
export const mayInstall = ({ env }: Machine): boolean => env['COUPON_RACE_INSTALL'] !== 'never';

/**
 * Installs what is missing as far as this machine allows, and announces it first. Resolves with why
 * something could not be installed, one sentence each; the caller looks whether it is there now.
 */
export async function install(
  missing: readonly ServiceName[],
  machine: Machine,
  log: Log,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const packages = missing.flatMap((name) => catalog[name].apt ?? []);
  const failures = [
    packages.length > 0 ? await installByApt(packages, machine, log, signal) : null,
    missing.includes('k6') ? await buildK6(machine, log, signal) : null,
  ];
  return failures.filter((failure) => failure !== null);
}

async function installByApt(
  packages: readonly string[],
  machine: Machine,
  log: Log,
  signal: AbortSignal,
): Promise<string | null> {
  const apt = findProgram(machine, 'apt-get');
  if (apt === undefined) return null;
  const asRoot = await rootPrefix(machine, signal);
  if (asRoot === null)
    return 'apt-get was not tried: you are not root and sudo asks for a password.';
  log(`Installing ${packages.join(', ')} with apt-get (COUPON_RACE_INSTALL=never forbids it).`);
  const run = (...args: readonly string[]): Promise<string | null> =>
    runToEnd('/usr/bin/env', [...asRoot, ...args], { timeoutMs: aptWithinMs, signal });
  const aptGet = ['env', 'DEBIAN_FRONTEND=noninteractive', apt, '-o', 'DPkg::Lock::Timeout=300'];
  const redisRan = await redisServiceIsActive(machine, signal);
  await run(...aptGet, 'update'); // an old list may do, so only the install's failure counts
  const failure = await run(...aptGet, 'install', '-y', '--no-install-recommends', ...packages);
  // With systemd the package starts a server of its own on the default port.
  if (!redisRan && (await redisServiceIsActive(machine, signal)))
    await run('systemctl', 'disable', '--now', 'redis-server');
  return failure;
}

/** The prefix that runs a command as root: none, or sudo without a password; null: neither works. */
async function rootPrefix(
  machine: Machine,
  signal: AbortSignal,
): Promise<readonly string[] | null> {
  if (process.getuid?.() === 0) return [];
  const sudo = findProgram(machine, 'sudo');
  if (sudo === undefined) return null;
  const failure = await runToEnd(sudo, ['-n', 'true'], { timeoutMs: checkWithinMs, signal });
  return failure === null ? [sudo, '-n'] : null;
}

async function redisServiceIsActive(machine: Machine, signal: AbortSignal): Promise<boolean> {
  const systemctl = findProgram(machine, 'systemctl');
  if (systemctl === undefined) return false;
  const args = ['is-active', '--quiet', 'redis-server'];
  return (await runToEnd(systemctl, args, { timeoutMs: checkWithinMs, signal })) === null;
}

/** Builds k6 beside its final place and renames it, so that two clones may build at once. */
async function buildK6(machine: Machine, log: Log, signal: AbortSignal): Promise<string | null> {
  const go = findProgram(machine, 'go');
  if (go === undefined) return null;
  const file = k6CacheFile(machine);
  const folder = dirname(file);
  log(
    `Building k6 ${k6Version} with go install into ${folder}: once, for about two minutes (COUPON_RACE_INSTALL=never forbids it).`,
  );
  const draft = `${folder}.${process.pid}.draft`;
  mkdirSync(draft, { recursive: true });
  try {
    const options = { timeoutMs: buildWithinMs, signal, env: { GOBIN: draft } };
    const failure = await runToEnd(go, ['install', `go.k6.io/k6@${k6Version}`], options);
    if (failure !== null) return failure;
    mkdirSync(folder, { recursive: true });
    renameSync(join(draft, 'k6'), file);
    return null;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}
