import { randomBytes } from 'node:crypto';
import { linkSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { identifySelf, isAlive, processIdentity } from './process-identity.js';
import { readJson, type ServicesFolder } from './services-folder.js';

/**
 * Makes this process the folder's only supervisor until it releases the lock or dies. Returns false
 * when another live process is. link(2) creates the lock file with its content and fails when it
 * exists; a dead supervisor's file is first moved away by rename(2), which succeeds for one
 * contender only.
 */
export function takeSupervisorLock({ lock }: ServicesFolder): boolean {
  const mine = `${lock}.${process.pid}-${randomBytes(4).toString('hex')}`;
  writeFileSync(mine, JSON.stringify(identifySelf()), { mode: 0o600 });
  try {
    for (let attempt = 0; attempt < 3; attempt += 1) {
      if (succeeds(() => linkSync(mine, lock))) return true;
      if (isHeld(lock)) return false;
      moveAway(lock, `${mine}.stale`);
    }
    return false;
  } finally {
    rmSync(mine, { force: true });
  }
}

/** Releases the lock. */
export function releaseSupervisorLock({ lock }: ServicesFolder): void {
  rmSync(lock, { force: true });
}

/** Moves a dead supervisor's lock away; restores it when a live one took it in the meantime. */
function moveAway(lock: string, stale: string): void {
  if (!succeeds(() => renameSync(lock, stale))) return;
  if (isHeld(stale)) succeeds(() => linkSync(stale, lock));
  rmSync(stale, { force: true });
}

function isHeld(lock: string): boolean {
  const holder = readJson(lock, processIdentity);
  return holder !== undefined && isAlive(holder);
}

function succeeds(step: () => void): boolean {
  try {
    step();
    return true;
  } catch {
    return false;
  }
}
