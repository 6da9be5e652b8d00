import { execFileSync } from 'node:child_process';
import { z } from 'zod';
import { readText } from './services-folder.js';

/**
 * Distinguishes a process from a later one with the same id: `startMark` is its start time as the
 * operating system prints it.
 */
export const processIdentity = z.object({ pid: z.number(), startMark: z.string() });
export type ProcessIdentity = Readonly<z.infer<typeof processIdentity>>;

/** The identity of a live process; null when there is none (a zombie is not alive). */
export function identify(pid: number): ProcessIdentity | null {
  const [state = '', startMark = ''] = process.platform === 'linux' ? readProc(pid) : runPs(pid);
  return state === '' || /^[ZX]/.test(state) ? null : { pid, startMark };
}

/** The identity of this process. */
export function identifySelf(): ProcessIdentity {
  const self = identify(process.pid);
  if (self === null) throw new Error('this process cannot read its own start time');
  return self;
}

/** Whether this very process, not a successor with its id, is running. */
export function isAlive(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.startMark === identity.startMark;
}

/** Sends a signal to this very process; does nothing when it is gone. */
export function signalTo(identity: ProcessIdentity, signal: NodeJS.Signals): void {
  if (!isAlive(identity)) return;
  try {
    process.kill(identity.pid, signal);
  } catch {
    // It ended between the check and the signal.
  }
}

/**
 * State and start time. proc(5): fields 3 and 22; the command's name (field 2) may itself contain
 * blanks and brackets.
 */
function readProc(pid: number): readonly (string | undefined)[] {
  const stat = readText(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return [fields[0], fields[19]];
}

function runPs(pid: number): readonly string[] {
  try {
    const ps = execFileSync('ps', ['-o', 'state=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
    });
    return ps.trim().split(/\s+(.*)/);
  } catch {
    return [];
  }
}
