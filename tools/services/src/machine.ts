import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** What is asked about this computer. Tests hand in a poorer one. */
export interface Machine {
  readonly env: NodeJS.ProcessEnv;
  /** Where programs are looked for, in this order. */
  readonly folders: readonly string[];
}

/** The k6 that the profiles were measured with; its tag at go.k6.io/k6. */
export const k6Version = 'v1.8.1';

/** This computer: PATH, and where servers live that distributions keep out of a user's PATH. */
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

/**
 * The first of these programs that can be run, looked for by name in every folder before the next
 * name; null: none.
 */
export function findProgram(machine: Machine, ...names: readonly string[]): string | null {
  return (
    names.flatMap((name) => machine.folders.map((folder) => join(folder, name))).find(isRunnable) ??
    null
  );
}

/** Where this project keeps the k6 that it built, for all clones of this user. */
export function k6CacheFile({ env }: Machine): string {
  return join(
    env['XDG_CACHE_HOME'] ?? join(env['HOME'] ?? homedir(), '.cache'),
    'coupon-race',
    `k6-${k6Version}`,
    'k6',
  );
}

/** Whether that file can be run by this user. */
export function isRunnable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
