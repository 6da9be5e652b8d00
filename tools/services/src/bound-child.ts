import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';

const stopWithinMs = 15_000;

/**
 * Spawns a child that ends with this process: where setpriv(1) supports it, the kernel sends the
 * child SIGTERM even after this process is killed by SIGKILL. Its output goes to `logFile`.
 */
export function spawnBound(command: readonly string[], logFile: string): ChildProcess {
  const prefix = hasDeathSignal() ? ['setpriv', '--pdeathsig', 'TERM', '--'] : [];
  const bound = [...prefix, ...command];
  const [program = '', ...args] = bound;
  const log = openSync(logFile, 'w', 0o600);
  const child = spawn(program, args, { stdio: ['ignore', log, log] });
  child.on('error', () => undefined); // reported as "did not start"
  closeSync(log);
  return child;
}

/** Whether the child was started and has not ended. */
export function isRunning(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

/** Sends SIGTERM, SIGKILL after 15 s, and waits for the child's end. */
export async function stopChild(child: ChildProcess): Promise<void> {
  if (!isRunning(child)) return;
  const ended = once(child, 'exit');
  child.kill();
  const force = setTimeout(() => child.kill('SIGKILL'), stopWithinMs);
  await ended;
  clearTimeout(force);
}

function hasDeathSignal(): boolean {
  const { error, stdout } = spawnSync('setpriv', ['--help'], { encoding: 'utf8' });
  return error === undefined && stdout.includes('--pdeathsig');
}
