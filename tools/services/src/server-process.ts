import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { freePort } from './free-port.js';
import { poll } from './poll.js';
import { probe } from './probe.js';
import { identify } from './process-identity.js';
import type { ServerSpec } from './server-spec.js';
import { ServiceError } from './service-error.js';
import { logTail } from './services-folder.js';
import type { RunningServer } from './supervisor-state.js';

const attemptsMax = 3;
const readyWithinMs = 120_000; // a container's image may have to be pulled
const stopWithinMs = 15_000;

/** A server that runs as a child of this process. */
export interface ServerProcess {
  readonly running: RunningServer;
  readonly port: number;
  isUp(): boolean;
  /** Sends SIGTERM, SIGKILL after 15 s, and waits for the server's end. */
  stop(): Promise<void>;
}

/**
 * Prepares and starts a server on a free port (`preferredPort` if that is free), and waits until it
 * accepts its password. Tries again on another port, since another process may have taken the first
 * one meanwhile. Throws ServiceError with the end of its log.
 */
export async function startServer(
  spec: ServerSpec,
  signal: AbortSignal,
  preferredPort?: number,
): Promise<ServerProcess> {
  for (let attempt = 1; attempt <= attemptsMax && !signal.aborted; attempt += 1) {
    const port = await freePort(attempt === 1 ? preferredPort : undefined);
    await spec.prepare?.(port);
    const child = spawnBound(spec.command(port), spec.log);
    const isUp = (): boolean =>
      child.pid !== undefined && child.exitCode === null && child.signalCode === null;
    const stop = async (): Promise<void> => {
      if (isUp()) await stopChild(child);
    };
    const running = await poll(100, readyWithinMs, () =>
      isUp() && !signal.aborted ? probeChild(spec, port, child) : null,
    );
    if (running && isUp()) return { running, port, isUp, stop };
    await stop();
  }
  throw new ServiceError(`the ${spec.kind} server did not start. ${logTail(spec.log)}`);
}

/** What a ready server reports; undefined before it accepts its password. */
async function probeChild(
  spec: ServerSpec,
  port: number,
  { pid = 0 }: ChildProcess,
): Promise<RunningServer | undefined> {
  const url = spec.url(port);
  const info = await probe(spec.kind, url).catch(() => undefined);
  const process = identify(pid);
  return info && process ? { url, ...info, process } : undefined;
}

async function stopChild(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill();
  const force = setTimeout(() => child.kill('SIGKILL'), stopWithinMs);
  await ended;
  clearTimeout(force);
}

/**
 * Spawns a child that ends with this process: where setpriv(1) supports it, the kernel sends the
 * child SIGTERM even after this process is killed by SIGKILL.
 */
function spawnBound(command: readonly string[], logFile: string): ChildProcess {
  const prefix = hasDeathSignal() ? ['setpriv', '--pdeathsig', 'TERM', '--'] : [];
  const bound = [...prefix, ...command];
  const [program = '', ...args] = bound;
  const log = openSync(logFile, 'w', 0o600);
  const child = spawn(program, args, { stdio: ['ignore', log, log] });
  child.on('error', () => undefined); // reported as "did not start"
  closeSync(log);
  return child;
}

function hasDeathSignal(): boolean {
  const { error, stdout } = spawnSync('setpriv', ['--help'], { encoding: 'utf8' });
  return error === undefined && stdout.includes('--pdeathsig');
}
