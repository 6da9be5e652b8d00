import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { serverKinds } from './catalog.js';
import type { LogLine } from './install.js';
import { poll } from './poll.js';
import { isAlive, signalTo } from './process-identity.js';
import { ServiceError } from './service-error.js';
import { logTail, type ServicesFolder } from './services-folder.js';
import { liveState, type SupervisorState } from './supervisor-state.js';
import { leasesIn, type ServerPrograms } from './usage-lease.js';

const readyWithinMs = 180_000;
const endWithinMs = 30_000;
const supervisorStartsMax = 5;
const supervisorStartsWithinMs = 2000;

/**
 * Waits until a supervisor runs all these servers, which the caller's lease makes it start; starts
 * a supervisor where there is none. Throws ServiceError with the end of a log, or the signal's
 * reason.
 */
export async function awaitServers(
  folder: ServicesFolder,
  programs: ServerPrograms,
  log: LogLine,
  signal: AbortSignal,
): Promise<SupervisorState['servers']> {
  const kinds = serverKinds.filter((kind) => programs[kind] !== undefined);
  const sinceMs = Date.now(); // compared with what the supervisor wrote down
  let starts = 0;
  let startedAtMs = -Infinity;
  const check = (): SupervisorState['servers'] | undefined => {
    signal.throwIfAborted();
    const state = liveState(folder);
    if (state === undefined && performance.now() - startedAtMs > supervisorStartsWithinMs) {
      if (starts === 0) log(`Starting private servers in ${folder.root}: ${kinds.join(', ')}.`);
      if (starts === supervisorStartsMax)
        throw new ServiceError(
          `the supervisor of the private servers does not start. ${logTail(folder.log)}`,
        );
      spawnSupervisor(folder);
      startedAtMs = performance.now();
      starts += 1;
    }
    for (const kind of kinds) {
      const failure = state?.failures[kind];
      if (failure !== undefined && failure.atMs >= sinceMs) throw new ServiceError(failure.message);
    }
    return kinds.every((kind) => state?.servers[kind] !== undefined) ? state?.servers : undefined;
  };
  const servers = await poll(50, readyWithinMs, check);
  if (servers !== undefined) return servers;
  throw new ServiceError(
    `the private servers were not ready within ${readyWithinMs / 1000} s; see ${folder.log}`,
  );
}

/**
 * Makes the supervisor end without its grace period, and waits for that. Resolves with false, at
 * once, when the servers are still in use.
 */
export async function awaitShutdown(folder: ServicesFolder): Promise<boolean> {
  const supervisor = liveState(folder)?.supervisor;
  if (supervisor === undefined) return true;
  const check = (): boolean | undefined => {
    if (!isAlive(supervisor)) return true;
    if (leasesIn(folder).length > 0) return false;
    signalTo(supervisor, 'SIGTERM');
    return undefined;
  };
  return (await poll(100, endWithinMs, check)) ?? true;
}

/**
 * Starts it in a session of its own, which Ctrl-C does not reach, and without our pipes, whose
 * readers would otherwise wait for its end.
 */
function spawnSupervisor(folder: ServicesFolder): void {
  const log = openSync(folder.log, 'a', 0o600);
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', fileURLToPath(new URL('supervisor.ts', import.meta.url))],
    {
      cwd: fileURLToPath(new URL('..', import.meta.url)), // where `tsx` can be resolved
      env: { ...process.env, NODE_OPTIONS: undefined, COUPON_RACE_SERVICES_DIR: folder.root },
      detached: true,
      stdio: ['ignore', log, log],
    },
  );
  closeSync(log);
  child.on('error', () => undefined); // reported as "does not start"
  child.unref();
}
