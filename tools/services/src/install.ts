import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { catalog, type GoBuild, type ServiceName } from './catalog.js';
import { builtFile, findProgram, type Machine } from './machine.js';
import { run } from './run.js';

/** Receives one line for the user. */
export type LogLine = (line: string) => void;

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
  log: LogLine,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const packages = missing.flatMap((name) => catalog[name].apt ?? []);
  const failures: (string | null)[] = [];
  if (packages.length > 0) failures.push(await installByApt(packages, machine, log, signal));
  for (const name of missing) {
    const { go } = catalog[name];
    if (go) failures.push(await buildWithGo(name, go, machine, log, signal));
  }
  return failures.filter((failure) => failure !== null);
}

async function installByApt(
  packages: readonly string[],
  machine: Machine,
  log: LogLine,
  signal: AbortSignal,
): Promise<string | null> {
  const apt = findProgram(machine, 'apt-get');
  if (apt === undefined) return null;
  const sudo = process.getuid?.() === 0 ? [] : [findProgram(machine, 'sudo') ?? 'sudo', '-n'];
  if (sudo.length > 0 && (await run([...sudo, 'true'], checkWithinMs, { signal })).failure !== null)
    return 'apt-get was not tried: you are not root and sudo asks for a password.';
  log(`Installing ${packages.join(', ')} with apt-get (COUPON_RACE_INSTALL=never forbids it).`);
  const environment = ['env', 'DEBIAN_FRONTEND=noninteractive'];
  const aptGet = [...sudo, ...environment, apt, '-o', 'DPkg::Lock::Timeout=300'];
  const redisRuns = async (): Promise<boolean> =>
    (await run(['systemctl', 'is-active', '--quiet', 'redis-server'], checkWithinMs)).failure ===
    null;
  const redisRan = await redisRuns();
  await run([...aptGet, 'update'], aptWithinMs, { signal }); // may fail: an old list may do
  const command = [...aptGet, 'install', '-y', '--no-install-recommends', ...packages];
  const { failure } = await run(command, aptWithinMs, { signal });
  // With systemd the package starts a server of its own on the default port.
  if (!redisRan && (await redisRuns()))
    await run([...sudo, 'systemctl', 'disable', '--now', 'redis-server'], checkWithinMs);
  return failure;
}

/** Builds a program beside its final place and renames it, so that two clones may build at once. */
async function buildWithGo(
  name: ServiceName,
  build: GoBuild,
  machine: Machine,
  log: LogLine,
  signal: AbortSignal,
): Promise<string | null> {
  const go = findProgram(machine, 'go');
  if (go === undefined) return null;
  const file = builtFile(machine, name, build);
  const folder = dirname(file);
  log(
    `Building ${name} ${build.version} with go install into ${folder}: ` +
      'once, for a minute or two (COUPON_RACE_INSTALL=never forbids it).',
  );
  const draft = `${folder}.${process.pid}.draft`;
  mkdirSync(draft, { recursive: true });
  try {
    const flags = build.linkerFlags === undefined ? [] : ['-ldflags', build.linkerFlags];
    const command = [go, 'install', ...flags, `${build.package}@${build.version}`];
    const { failure } = await run(command, buildWithinMs, { signal, env: { GOBIN: draft } });
    if (failure !== null) return failure;
    mkdirSync(folder, { recursive: true });
    renameSync(join(draft, basename(build.package)), file);
    return null;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}
