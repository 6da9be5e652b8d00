import { randomBytes } from 'node:crypto';
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord, readJson, writePrivate, type ServicesFolder } from './folder.js';
import { identify, isAlive, parseIdentity, type ProcessIdentity } from './process-identity.js';
import { parseSources, type Sources } from './source.js';

/**
 * Somebody's word that servers are needed: a living process's, or (`user` null) `services start`'s
 * until `services stop`.
 */
export interface Lease {
  readonly file: string;
  readonly user: ProcessIdentity | null;
  readonly sources: Sources;
  /** When it was written, epoch milliseconds. */
  readonly sinceMs: number;
}

const keptName = 'kept.json';

/**
 * Registers this process as a user. The lease ends with `release`, or with the process, however
 * that ends.
 */
export function takeLease(folder: ServicesFolder, sources: Sources): { release(): void } {
  const user = identify(process.pid);
  const file = join(folder.users, `${process.pid}-${randomBytes(4).toString('hex')}.json`);
  writePrivate(file, JSON.stringify({ user, sources }));
  return { release: () => rmSync(file, { force: true }) };
}

/** Keeps the servers running with no user at all, until `letGo`. */
export function keep(folder: ServicesFolder, sources: Sources): void {
  writePrivate(join(folder.users, keptName), JSON.stringify({ user: null, sources }));
}

/** Ends `keep`. */
export function letGo(folder: ServicesFolder): void {
  rmSync(join(folder.users, keptName), { force: true });
}

/** All leases in force. Those of processes that are gone are removed. */
export function leasesIn(folder: ServicesFolder): readonly Lease[] {
  return namesIn(folder.users).flatMap((name) => {
    const file = join(folder.users, name);
    const parsed = readJson(file);
    if (!isRecord(parsed)) return [];
    const user = parseIdentity(parsed['user']);
    if (name !== keptName && (user === null || !isAlive(user))) {
      rmSync(file, { force: true });
      return [];
    }
    return [
      {
        file,
        user: name === keptName ? null : user,
        sources: parseSources(parsed['sources']),
        sinceMs: writtenAtMs(file),
      },
    ];
  });
}

const namesIn = (path: string): readonly string[] => {
  try {
    return readdirSync(path).filter((name) => name.endsWith('.json'));
  } catch {
    return []; // somebody removed the whole folder: then there are no users either
  }
};

const writtenAtMs = (file: string): number =>
  statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
