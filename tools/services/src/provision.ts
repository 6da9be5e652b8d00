import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { images } from './docker.js';
import { servicesFolder, writePrivate } from './folder.js';
import { install, mayInstall, type Say } from './install.js';
import { findChromium } from './chromium.js';
import { findProgram, isRunnable, k6CacheFile, type Machine } from './machine.js';
import { ServiceError, ServiceMissing, type ServiceName } from './service-missing.js';
import type { Source } from './source.js';

/** What this machine has, or now has: how to run each server, and the load generators' programs. */
export interface Provisions {
  readonly database?: Source;
  readonly redis?: Source;
  readonly k6?: string;
  readonly wrk?: string;
  readonly chromium?: string;
}

/**
 * Finds what is needed on the machine, installs what is not there, and takes Docker for what is
 * still missing. Throws ServiceMissing with everything that cannot be had (but for wrk, which is a
 * convenience).
 */
export async function provision(
  needs: readonly ServiceName[],
  machine: Machine,
  say: Say,
  signal: AbortSignal,
): Promise<Provisions> {
  const missingIn = (found: Provisions): readonly ServiceName[] =>
    needs.filter((need) => found[need] === undefined);
  let found = discoverCoupons(machine);
  if (missingIn(found).length === 0) return found;
  const tried: string[] = [];
  if (mayInstall(machine)) {
    tried.push(...(await install(missingIn(found), machine, say, signal)));
    found = discoverCoupons(machine);
  } else {
    tried.push('Nothing was installed, as COUPON_RACE_INSTALL=never says.');
  }
  const requiredIn = (provisions: Provisions): readonly ServiceName[] =>
    missingIn(provisions).filter((need) => need !== 'wrk');
  const forDocker = requiredIn(found).filter((need) => need !== 'chromium'); // a browser in a container has no window to this machine's files
  if (forDocker.length > 0) found = { ...(await fromDocker(forDocker, machine, say)), ...found };
  const missing = requiredIn(found);
  if (missing.length > 0) throw new ServiceMissing(missing, tried);
  return found;
}

/**
 * What the machine has, without changing anything. Throws ServiceError when K6_BIN names no
 * program.
 */
export function discoverCoupons(machine: Machine): Provisions {
  const database = findProgram(machine, 'mariadbd', 'mysqld');
  const redis = findProgram(machine, 'redis-server', 'valkey-server');
  const k6 = findK6(machine);
  const wrk = findProgram(machine, 'wrk');
  const chromium = findChromium(machine);
  return {
    ...(database === null ? {} : { database: { from: 'machine', program: database } }),
    ...(redis === null ? {} : { redis: { from: 'machine', program: redis } }),
    ...(k6 === null ? {} : { k6 }),
    ...(wrk === null ? {} : { wrk }),
    ...(chromium === null ? {} : { chromium }),
  };
}

function findK6(machine: Machine): string | null {
  const given = machine.env['K6_BIN'];
  if (given !== undefined && given !== '') {
    if (!isRunnable(given))
      throw new ServiceError(
        `K6_BIN=${given} is no program that can be run; give the path of k6, or unset it`,
      );
    return given;
  }
  const cached = k6CacheFile(machine);
  return findProgram(machine, 'k6') ?? (isRunnable(cached) ? cached : null);
}

async function fromDocker(
  missing: readonly ServiceName[],
  machine: Machine,
  say: Say,
): Promise<Provisions> {
  const docker = await answeringDocker(machine);
  if (docker === null) return {};
  say(`Using Docker for ${missing.join(', ')}.`);
  return {
    ...(missing.includes('database')
      ? { database: { from: 'docker', program: docker, image: images.database } }
      : {}),
    ...(missing.includes('redis')
      ? { redis: { from: 'docker', program: docker, image: images.redis } }
      : {}),
    ...(missing.includes('k6') ? { k6: k6InContainer(docker, machine) } : {}),
  };
}

/** The Docker client whose engine answers; null when there is none. */
export async function answeringDocker(machine: Machine): Promise<string | null> {
  const docker = findProgram(machine, 'docker');
  if (docker === null) return null;
  const { exitCode } = await execa(docker, ['version', '--format', '{{.Server.Version}}'], {
    reject: false,
    stdin: 'ignore',
    timeout: 5000,
  });
  return exitCode === 0 ? docker : null;
}

/**
 * A program that runs k6 in a container which sees the same files and the same loopback as we do.
 */
function k6InContainer(docker: string, machine: Machine): string {
  const bin = join(servicesFolder(machine.env).root, 'bin');
  mkdirSync(bin, { recursive: true });
  const file = join(bin, 'k6');
  const clone = join(bin, '../..');
  const lines = [
    '#!/bin/sh',
    `exec '${docker}' run --rm -i --network host --user "$(id -u):$(id -g)" \\`,
    `  --volume '${clone}:${clone}' --volume "\${TMPDIR:-/tmp}:\${TMPDIR:-/tmp}" --workdir "$PWD" ${images.k6} "$@"`,
  ];
  writePrivate(file, `${lines.join('\n')}\n`);
  chmodSync(file, 0o700);
  return file;
}
