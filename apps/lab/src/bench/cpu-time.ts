import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';

/**
 * Linux counts a process's time in ticks of 10 ms (proc(5), USER_HZ is 100 on every architecture
 * that Node runs on).
 */
const US_PER_TICK = 10_000;

const statOf = (pid: number): readonly string[] => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
};

/** The processes that a process has started, and that run still. */
const childrenOf = (pid: number): readonly number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .trim()
    .split(' ')
    .filter(Boolean)
    .map(Number);

/**
 * Processor time that a process and its children have used, user and system, in microseconds; NaN
 * where there is no /proc or no such process.
 */
export function cpuTimeUs(pid: number | undefined): number {
  if (pid === undefined) return Number.NaN;
  try {
    const fields = statOf(pid);
    const own = (Number(fields[11]) + Number(fields[12])) * US_PER_TICK;
    return childrenOf(pid).reduce((sum, child) => sum + cpuTimeUs(child), own);
  } catch {
    return Number.NaN;
  }
}

/** Resident memory of a process in MiB; NaN where that cannot be read. */
export function residentMb(pid: number | undefined): number {
  try {
    return (
      Number(/^VmRSS:\s*(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024
    );
  } catch {
    return Number.NaN;
  }
}

/**
 * The process that listens on a loopback TCP port, where this user may see it; undefined elsewhere.
 */
export function listenerOn(port: number): number | undefined {
  try {
    const address = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
    const line = readFileSync('/proc/net/tcp', 'utf8')
      .split('\n')
      .map((one) => one.trim().split(/\s+/))
      .find((fields) => fields[1] === address && fields[3] === '0A');
    const inode = line?.[9];
    if (inode === undefined) return undefined;
    const pids = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
    return pids.find((pid) => ownsSocket(pid, inode));
  } catch {
    return undefined;
  }
}

function ownsSocket(pid: number, inode: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some(
      (fd) => basename(readlinkSync(`/proc/${pid}/fd/${fd}`)) === `socket:[${inode}]`,
    );
  } catch {
    return false; // it ended, or belongs to somebody else
  }
}
