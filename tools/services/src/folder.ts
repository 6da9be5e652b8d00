import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ServiceError } from './service-missing.js';

/**
 * Where a clone keeps its private servers: their data, passwords and logs, and the files through
 * which users and keeper talk.
 */
export interface ServicesFolder {
  readonly root: string;
  /** One lease file for each living user. */
  readonly users: string;
  /** What the keeper runs at this moment. Absent: nothing, or not for long. */
  readonly state: string;
  /** Held by the one keeper. */
  readonly lock: string;
  readonly log: string;
}

const clone = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * The clone's `.services`, or `COUPON_RACE_SERVICES_DIR`; made when absent, readable by this user
 * only. Throws `ServiceError` when that is no place to write.
 */
export function servicesFolder(env: NodeJS.ProcessEnv): ServicesFolder {
  const root = resolve(env['COUPON_RACE_SERVICES_DIR'] ?? join(clone, '.services'));
  const folder = {
    root,
    users: join(root, 'users'),
    state: join(root, 'state.json'),
    lock: join(root, 'keeper.lock'),
    log: join(root, 'keeper.log'),
  };
  try {
    makeFolder(folder.users);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ServiceError(
      `COUPON_RACE_SERVICES_DIR: ${root} cannot be used (${why}); it must be a folder that you may write to`,
    );
  }
  return folder;
}

/**
 * Level by level: `mkdirSync` with `recursive` never returns for a path under /proc (Node 20.20).
 */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (!existsSync(path)) throw error; // else another process made it first
  }
}

/** Writes a file for this user's eyes only, whole or not at all: a reader never sees half of it. */
export function writePrivate(file: string, text: string): void {
  const draft = `${file}.${process.pid}-${randomBytes(4).toString('hex')}.draft`;
  writeFileSync(draft, text, { mode: 0o600 });
  renameSync(draft, file);
}

/** The parsed file; undefined when it is absent or no JSON. */
export function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Whether a parsed value has properties to look into. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The last lines of a log, for an error message; '' when there is no log. */
export function tailOf(file: string, lines: number): string {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  } catch {
    return '';
  }
}
