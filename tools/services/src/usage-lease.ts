import { randomBytes } from 'node:crypto';
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import {
  identifySelf,
  isAlive,
  processIdentity,
  type ProcessIdentity,
} from './process-identity.js';
import { readJson, writePrivate, type ServicesFolder } from './services-folder.js';
import { serverKinds, type ServerKind } from './catalog.js';

const leaseFile = z.object({
  user: processIdentity.nullable(),
  programs: z.partialRecord(z.enum(serverKinds), z.string()),
});

/** The programs of the servers that a user needs. */
export type ServerPrograms = Readonly<Partial<Record<ServerKind, string>>>;

/**
 * States that a live process needs servers, or (`user` null, a pinned lease) that they run until
 * `services stop`.
 */
export interface UsageLease {
  readonly file: string;
  readonly user: ProcessIdentity | null;
  readonly programs: ServerPrograms;
  /** When it was written, epoch milliseconds. */
  readonly sinceMs: number;
}

/**
 * Registers this process as a user, or pins the servers. The lease ends with `release`; one that is
 * not pinned also ends with the process, however that ends.
 */
export function takeLease(
  folder: ServicesFolder,
  programs: ServerPrograms,
  pinned = false,
): { release(): void } {
  const user = pinned ? null : identifySelf();
  const name = pinned ? 'pinned' : `${process.pid}-${randomBytes(4).toString('hex')}`;
  const file = join(folder.leases, `${name}.json`);
  writePrivate(file, JSON.stringify({ user, programs }));
  return { release: () => rmSync(file, { force: true }) };
}

/** All leases in force. Those of processes that are gone are removed. */
export function leasesIn(folder: ServicesFolder): readonly UsageLease[] {
  return leaseFiles(folder.leases).flatMap((file) => {
    const lease = readJson(file, leaseFile);
    if (lease === undefined) return [];
    if (lease.user === null || isAlive(lease.user))
      return [{ file, ...lease, sinceMs: statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0 }];
    rmSync(file, { force: true });
    return [];
  });
}

/** Removes the pinned lease, if it was written before `beforeMs` (epoch milliseconds). */
export function unpin(folder: ServicesFolder, beforeMs = Infinity): void {
  for (const { user, sinceMs, file } of leasesIn(folder))
    if (user === null && sinceMs < beforeMs) rmSync(file, { force: true });
}

function leaseFiles(path: string): readonly string[] {
  try {
    return readdirSync(path)
      .filter((name) => name.endsWith('.json'))
      .map((name) => join(path, name));
  } catch {
    return []; // the whole folder was removed: there are no users either
  }
}
