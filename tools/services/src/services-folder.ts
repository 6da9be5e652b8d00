import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { z } from 'zod';
import { messageOf, ServiceError } from './service-error.js';

/**
 * Where a clone stores its private servers' data, password and logs, and the files through which
 * users and supervisor communicate.
 */
export interface ServicesFolder {
  readonly root: string;
  /** One lease file for each user. */
  readonly leases: string;
  /** What the supervisor runs now. Absent: nothing, or it is shutting down. */
  readonly state: string;
  /** Held by the only supervisor. */
  readonly lock: string;
  readonly log: string;
}

const clone = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * The clone's `.services`, or `COUPON_RACE_SERVICES_DIR`; created when absent, readable by this
 * user only. Throws ServiceError when it cannot be created.
 */
export function servicesFolder(env: NodeJS.ProcessEnv): ServicesFolder {
  const root = resolve(env['COUPON_RACE_SERVICES_DIR'] ?? join(clone, '.services'));
  const folder = {
    root,
    leases: join(root, 'leases'),
    state: join(root, 'state.json'),
    lock: join(root, 'supervisor.lock'),
    log: join(root, 'supervisor.log'),
  };
  try {
    makeFolder(folder.leases);
  } catch (error) {
    throw new ServiceError(
      `COUPON_RACE_SERVICES_DIR: ${root} cannot be used (${messageOf(error)}); ` +
        'it must be a folder that you may write to',
    );
  }
  return folder;
}

/** Makes one level at a time: `mkdirSync` with `recursive` hangs on /proc (Node 20.20). */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (!existsSync(path)) throw error; // else another process made it first
  }
}

/** Writes a file that only this user can read, atomically: a reader never sees half of it. */
export function writePrivate(file: string, text: string, mode = 0o600): void {
  const draft = `${file}.${process.pid}-${randomBytes(4).toString('hex')}.draft`;
  writeFileSync(draft, text, { mode });
  renameSync(draft, file);
}

/** A file's text; '' when it cannot be read. */
export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** A file's content; undefined when it is absent or not what the schema describes. */
export function readJson<T>(file: string, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data;
  } catch {
    return undefined;
  }
}

/** The last lines of a log, for an error message. */
export function logTail(file: string): string {
  return `The end of ${file}:\n${readText(file).trimEnd().split('\n').slice(-8).join('\n')}`;
}
