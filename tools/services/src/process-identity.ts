import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * A process that can be told from a later one with the same id: `startMark` is when it started, in
 * the system's own terms.
 */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startMark: string;
}

/** The identity of a living process; null when there is none (a zombie is none). */
export function identify(pid: number): ProcessIdentity | null {
  const startMark = process.platform === 'linux' ? startTicks(pid) : startDate(pid);
  return startMark === null ? null : { pid, startMark };
}

/** Whether that very process, not a successor with its id, still runs. */
export function isAlive(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.startMark === identity.startMark;
}

/** Sends a signal to that very process; nothing happens when it is gone. */
export function signalTo(identity: ProcessIdentity, signal: NodeJS.Signals): void {
  if (!isAlive(identity)) return;
  try {
    process.kill(identity.pid, signal);
  } catch {
    // It ended between the question and the signal.
  }
}

/** Reads an identity out of a parsed file; null when it is none. */
export function parseIdentity(value: unknown): ProcessIdentity | null {
  if (typeof value !== 'object' || value === null || !('pid' in value) || !('startMark' in value))
    return null;
  const { pid, startMark } = value;
  return typeof pid === 'number' && typeof startMark === 'string' ? { pid, startMark } : null;
}

/**
 * proc(5): state is field 3 and starttime field 22; the command's name (field 2) may itself hold
 * blanks and brackets.
 */
function startTicks(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}

function startDate(pid: number): string | null {
  try {
    const [state = '', ...started] = execFileSync(
      'ps',
      ['-o', 'state=,lstart=', '-p', String(pid)],
      { encoding: 'utf8' },
    )
      .trim()
      .split(/\s+/);
    return state === '' || state.startsWith('Z') ? null : started.join(' ');
  } catch {
    return null;
  }
}
