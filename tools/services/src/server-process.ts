import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { tailOf } from './folder.js';
import { freePort } from './free-port.js';
import type { RunningServer } from './keeper-state.js';
import { identify, isAlive } from './process-identity.js';
import type { Recipe } from './recipe.js';
import { ServiceError } from './service-missing.js';

const startAttemptsMax = 3;
const readyWithinMs = 120_000; // a container's image may have to be pulled
const stopWithinMs = 15_000;

/** A server that runs as this process's child. */
export interface ServerProcess {
  readonly running: RunningServer;
  readonly port: number;
  isUp(): boolean;
  /** Ends it in its own orderly way, and by force when that takes more than 15 s. */
  stop(): Promise<void>;
}

/**
 * Prepares and starts a server on a free port (on `wantedPort` if that is free), and waits until it
 * lets us in. Another process may take the port meanwhile: then it is tried again on another.
 * Throws ServiceError with the end of its log.
 */
export async function startServer(
  recipe: Recipe,
  signal: AbortSignal,
  wantedPort?: number,
): Promise<ServerProcess> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort(attempt === 1 ? wantedPort : undefined);
    await recipe.prepare(port);
    const child = spawnBound(recipe, port);
    const running = await untilReady(recipe, port, child, signal);
    if (running !== null)
      return { running, port, isUp: () => isAlive(running.process), stop: () => stopChild(child) };
    await stopChild(child);
    if (attempt < startAttemptsMax && !signal.aborted) continue;
    throw new ServiceError(
      `${recipe.command(port).program} did not start. The end of ${recipe.log}:\n${tailOf(recipe.log, 8)}`,
    );
  }
}

/**
 * A child that ends with us: the kernel sends it SIGTERM even when we are killed by force, where
 * setpriv(1) can ask for that.
 */
function spawnBound(recipe: Recipe, port: number): ChildProcess {
  const { program, args } = recipe.command(port);
  const log = openSync(recipe.log, 'w', 0o600);
  try {
    const bound = hasSetpriv()
      ? { program: 'setpriv', args: ['--pdeathsig', 'TERM', '--', program, ...args] }
      : { program, args };
    const child = spawn(bound.program, bound.args, { stdio: ['ignore', log, log] });
    child.on('error', () => {}); // shows as "did not start"
    return child;
  } finally {
    closeSync(log);
  }
}

async function untilReady(
  recipe: Recipe,
  port: number,
  child: ChildProcess,
  signal: AbortSignal,
): Promise<RunningServer | null> {
  const deadlineMs = Date.now() + readyWithinMs;
  const url = recipe.url(port);
  while (
    child.pid !== undefined &&
    child.exitCode === null &&
    child.signalCode === null &&
    Date.now() < deadlineMs &&
    !signal.aborted
  ) {
    try {
      const answer = await recipe.ask(url);
      const identity = identify(child.pid);
      if (identity !== null && child.exitCode === null)
        return { url, ...answer, process: identity };
    } catch {
      await sleep(100);
    }
  }
  return null;
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), stopWithinMs);
  await ended;
  clearTimeout(force);
}

function hasSetpriv(): boolean {
  if (process.platform !== 'linux') return false;
  try {
    return execFileSync('setpriv', ['--help'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).includes('--pdeathsig');
  } catch {
    return false;
  }
}
