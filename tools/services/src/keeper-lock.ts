import { randomBytes } from 'node:crypto';
import { linkSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { readJson, type ServicesFolder } from './folder.js';
import { identify, isAlive, parseIdentity } from './process-identity.js';

/**
 * Makes this process the folder's one keeper, until it gives the lock back or dies. False: another
 * living process is. The file is made whole by link(2), which fails when it exists; a dead keeper's
 * is taken away first by rename(2), of which only one contender succeeds.
 */
export function takeKeeperLock({ lock }: ServicesFolder): boolean {
  const mine = `${lock}.${process.pid}-${randomBytes(4).toString('hex')}`;
  writeFileSync(mine, JSON.stringify(identify(process.pid)), { mode: 0o600 });
  try {
    for (let attempt = 0; attempt < 3; attempt += 1) {
      if (succeeds(() => linkSync(mine, lock))) return true;
      const holder = parseIdentity(readJson(lock));
      if (holder !== null && isAlive(holder)) return false;
      setAside(lock, `${mine}.stale`);
    }
    return false;
  } finally {
    rmSync(mine, { force: true });
  }
}

/** Gives the lock back. */
export function returnKeeperLock({ lock }: ServicesFolder): void {
  rmSync(lock, { force: true });
}

/**
 * Takes a dead keeper's lock away; puts it back when a living one slipped in between our look and
 * our grasp.
 */
function setAside(lock: string, aside: string): void {
  if (!succeeds(() => renameSync(lock, aside))) return;
  const holder = parseIdentity(readJson(aside));
  if (holder !== null && isAlive(holder)) succeeds(() => linkSync(aside, lock));
  rmSync(aside, { force: true });
}

function succeeds(step: () => void): boolean {
  try {
    step();
    return true;
  } catch {
    return false;
  }
}
