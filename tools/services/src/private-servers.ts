import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { tailOf, type ServicesFolder } from './folder.js';
import type { Say } from './install.js';
import { currentState, type KeeperState, type RunningServer } from './keeper-state.js';
import { leasesIn, takeLease } from './lease.js';
import { isAlive, signalTo } from './process-identity.js';
import { ServiceError } from './service-missing.js';
import { serverKinds, type ServerKind, type Sources } from './source.js';

const readyWithinMs = 180_000;
const endWithinMs = 30_000;
const keeperStartsMax = 5;
const keeperShowsUpWithinMs = 10_000;
const lookEveryMs = 50;

/** Servers lent to this process. */
export interface LentServers {
  readonly servers: { readonly [kind in ServerKind]?: RunningServer };
  /** Gives them back; the last user's keeper then ends them. */
  release(): void;
}

/**
 * Borrows the clone's private servers, starting a keeper where none lives. Throws ServiceError with
 * the end of a log.
 */
export async function borrowServers(
  folder: ServicesFolder,
  sources: Sources,
  say: Say,
  signal: AbortSignal,
): Promise<LentServers> {
  const lease = takeLease(folder, sources);
  try {
    return { servers: await untilRunning(folder, sources, say, signal), release: lease.release };
  } catch (error) {
    lease.release();
    throw error;
  }
}

/** Waits until a keeper says that all these servers run; the caller's lease makes it start them. */
export async function untilRunning(
  folder: ServicesFolder,
  sources: Sources,
  say: Say,
  signal: AbortSignal,
): Promise<KeeperState['servers']> {
  const kinds = serverKinds.filter((kind) => sources[kind] !== undefined);
  const sinceMs = Date.now();
  let spawns = 0;
  let spawnedAtMs = 0;
  while (Date.now() - sinceMs < readyWithinMs) {
    signal.throwIfAborted();
    const state = currentState(folder);
    if (state === null && Date.now() - spawnedAtMs > keeperShowsUpWithinMs / keeperStartsMax) {
      if (spawns === keeperStartsMax)
        throw new ServiceError(
          `the keeper of the private servers does not start. The end of ${folder.log}:\n${tailOf(folder.log, 8)}`,
        );
      if (spawns === 0) say(`Starting private servers in ${folder.root}: ${kinds.join(', ')}.`);
      spawnKeeper(folder);
      spawnedAtMs = Date.now();
      spawns += 1;
    }
    const fault = kinds
      .map((kind) => state?.faults[kind])
      .find((found) => found !== undefined && found.atMs >= sinceMs);
    if (fault !== undefined) throw new ServiceError(fault.message);
    if (state !== null && kinds.every((kind) => state.servers[kind] !== undefined))
      return state.servers;
    await sleep(lookEveryMs);
  }
  throw new ServiceError(
    `the private servers were not ready within ${readyWithinMs / 1000} s; see ${folder.log}`,
  );
}

/**
 * Waits until the servers are gone, hurrying their keeper, unless somebody still needs them (then
 * it returns false at once).
 */
export async function untilEnded(folder: ServicesFolder): Promise<boolean> {
  const keeper = currentState(folder)?.keeper;
  if (keeper === undefined) return true;
  const deadlineMs = Date.now() + endWithinMs;
  while (isAlive(keeper) && Date.now() < deadlineMs) {
    if (leasesIn(folder).length > 0) return false;
    signalTo(keeper, 'SIGTERM');
    await sleep(100);
  }
  return true;
}

/**
 * Its own session, so that Ctrl-C does not reach it, and none of our pipes, so that nobody waits
 * for it to close them.
 */
function spawnKeeper(folder: ServicesFolder): void {
  const log = openSync(folder.log, 'a', 0o600);
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', fileURLToPath(new URL('keeper.ts', import.meta.url))],
    {
      cwd: fileURLToPath(new URL('..', import.meta.url)), // where `tsx` can be resolved
      env: { ...process.env, NODE_OPTIONS: undefined, COUPON_RACE_SERVICES_DIR: folder.root },
      detached: true,
      stdio: ['ignore', log, log],
    },
  );
  closeSync(log);
  child.on('error', () => {}); // shows as "does not start"
  child.unref();
}
