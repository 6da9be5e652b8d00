import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { catalog, type GoBuild, type Programs, type ServiceName } from './catalog.js';
import { ServiceError } from './service-error.js';

/** The environment and program folders of a computer. Tests pass a restricted one. */
export interface Machine {
  readonly env: NodeJS.ProcessEnv;
  /** Where programs are searched, in this order. */
  readonly folders: readonly string[];
}

/**
 * This computer: PATH, then the folders of servers that distributions keep out of a user's PATH.
 */
export function thisMachine(env: NodeJS.ProcessEnv): Machine {
  const path = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const others = [
    '/usr/sbin',
    '/usr/local/sbin',
    '/usr/libexec',
    '/opt/homebrew/bin',
    '/usr/local/bin',
    '/usr/local/go/bin',
  ];
  return { env, folders: [...path, ...others] };
}

/** The first executable of these names; every folder is searched before the next name. */
export function findProgram(machine: Machine, ...names: readonly string[]): string | undefined {
  return names
    .flatMap((name) => machine.folders.map((folder) => join(folder, name)))
    .find(isExecutable);
}

/**
 * The programs that this machine already has for these services. Throws ServiceError when K6_BIN or
 * CHROMIUM_BIN names a file that cannot be executed.
 */
export function findPrograms(machine: Machine, names: readonly ServiceName[]): Programs {
  const found = names.map((name) => [name, findService(machine, name)] as const);
  return Object.fromEntries(found.filter(([, program]) => program !== undefined));
}

function findService(machine: Machine, name: ServiceName): string | undefined {
  const { binVariable } = catalog[name];
  const configured = binVariable && machine.env[binVariable];
  if (configured) {
    if (isExecutable(configured)) return configured;
    throw new ServiceError(
      `${binVariable}=${configured} is not an executable file; ` +
        `give the path of ${name}, or unset it`,
    );
  }
  return findInstalled(machine, name);
}

/** The program that is installed or was built for this service, whatever the environment says. */
export function findInstalled(machine: Machine, name: ServiceName): string | undefined {
  const { programs, go } = catalog[name];
  const built = go && builtFile(machine, name, go);
  return (
    findProgram(machine, ...programs) ??
    (built !== undefined && isExecutable(built) ? built : undefined)
  );
}

/** Where a program built by this project is stored, for all clones of this user. */
export function builtFile({ env }: Machine, name: ServiceName, { version }: GoBuild): string {
  const cache = env['XDG_CACHE_HOME'] ?? join(env['HOME'] ?? homedir(), '.cache');
  return join(cache, 'coupon-race', `${name}-${version}`, catalog[name].programs[0] ?? name);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
