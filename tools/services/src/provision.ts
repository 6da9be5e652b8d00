import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { catalog, type Programs, type ServiceName } from './catalog.js';
import { install, mayInstall, type LogLine } from './install.js';
import { findProgram, findPrograms, type Machine } from './machine.js';
import { run } from './run.js';
import { ServiceMissing } from './service-error.js';
import { servicesFolder, writePrivate } from './services-folder.js';

/**
 * Finds the programs of these services on the machine, installs what is missing, and uses Docker
 * for what is missing still. Throws ServiceMissing with everything that is not available (but wrk,
 * which is optional).
 */
export async function provision(
  need: readonly ServiceName[],
  machine: Machine,
  log: LogLine,
  signal: AbortSignal,
): Promise<Programs> {
  let found = findPrograms(machine, need);
  const missing = (): readonly ServiceName[] => need.filter((name) => found[name] === undefined);
  const attempts: string[] = [];
  if (missing().length > 0) {
    if (mayInstall(machine)) attempts.push(...(await install(missing(), machine, log, signal)));
    else attempts.push('Nothing was installed because of COUPON_RACE_INSTALL=never.');
    found = findPrograms(machine, need);
    found = { ...found, ...(await programsInDocker(missing(), machine, log)) };
  }
  const required = missing().filter((name) => name !== 'wrk');
  if (required.length > 0) throw new ServiceMissing(required, attempts);
  return found;
}

async function programsInDocker(
  missing: readonly ServiceName[],
  machine: Machine,
  log: LogLine,
): Promise<Programs> {
  const names = missing.filter((name) => 'image' in catalog[name]);
  const docker = names.length > 0 ? await answeringDocker(machine) : null;
  if (docker === null) return {};
  log(`Using Docker for ${names.join(', ')}.`);
  return Object.fromEntries(
    names.map((name) => [name, name === 'k6' ? k6InContainer(docker, machine) : docker]),
  );
}

/** The Docker client whose engine answers; null when there is none. */
export async function answeringDocker(machine: Machine): Promise<string | null> {
  const docker = findProgram(machine, 'docker');
  if (docker === undefined) return null;
  const command = [docker, 'version', '--format', '{{.Server.Version}}'];
  return (await run(command, 5000)).failure === null ? docker : null;
}

/** A program that runs k6 in a container with this machine's files and loopback interface. */
function k6InContainer(docker: string, machine: Machine): string {
  const bin = join(servicesFolder(machine.env).root, 'bin');
  mkdirSync(bin, { recursive: true });
  const file = join(bin, 'k6');
  const clone = join(bin, '../..');
  const lines = [
    '#!/bin/sh',
    `exec '${docker}' run --rm -i --network host --user "$(id -u):$(id -g)" \\`,
    `  --volume '${clone}:${clone}' --volume "\${TMPDIR:-/tmp}:\${TMPDIR:-/tmp}" ` +
      `--workdir "$PWD" ${catalog.k6.image} "$@"`,
    '',
  ];
  writePrivate(file, lines.join('\n'), 0o700);
  return file;
}
