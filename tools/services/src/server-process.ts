import type { ChildProcess } from 'node:child_process';
import { isRunning, spawnBound, stopChild } from './bound-child.js';
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
    const isUp = (): boolean => isRunning(child);
    const stop = (): Promise<void> => stopChild(child);
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
