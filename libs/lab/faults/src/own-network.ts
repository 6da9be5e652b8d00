import { execFile, spawnSync } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { FaultCell } from '@coupon/results';
import { provideServices, ServiceError } from '@coupon/services';
import { readCell } from './cell-files.js';
import { clock } from './clock.js';
import type { Fault } from './fault.js';
import type { Subject } from './subject.js';

const run = promisify(execFile);
const lab = fileURLToPath(new URL('main.ts', import.meta.url));
/** A cell, and the build of the service before it. */
const CELL_MAX_MS = 300_000;
/** Set to the network namespace that a cell has left. */
const outsideVariable = 'COUPON_RACE_FAULTS_OUTSIDE';

const ownNamespace = (): string => readlinkSync('/proc/self/ns/net');

/** Whether this process was started in a network of its own, by {@link runInOwnNetwork}. */
export function isInOwnNetwork(): boolean {
  const outside = process.env[outsideVariable];
  return outside !== undefined && outside !== ownNamespace();
}

let refusal: string | null | undefined;

/** Why this machine makes no network for a cell; null: it does. Asks once. */
export function whyNoOwnNetwork(): string | null {
  if (refusal !== undefined) return refusal;
  const isRoot = process.getuid?.() === 0;
  const { status } = spawnSync('unshare', ['--net', 'ip', 'link', 'set', 'lo', 'up']);
  refusal =
    isInOwnNetwork() || (isRoot && status === 0)
      ? null
      : 'only root makes a network of its own, with unshare(1) and ip(8) of Linux';
  return refusal;
}

/**
 * Runs a cell as `npm run faults` does, in a process whose servers, API processes and clients share
 * a loopback of their own, and nothing else. Rejects with ServiceError where there is no cell then.
 */
export async function runInOwnNetwork(
  fault: Fault,
  subject: Subject,
  signal: AbortSignal,
): Promise<FaultCell> {
  // From inside nothing can be installed.
  const { nftables } = await provideServices({ need: ['nftables'], signal });
  const beganMs = clock.epochMs();
  const names = ['--fault', fault.name, '--strategy', subject.name];
  const command = [process.execPath, '--import', 'tsx', lab, ...names];
  const inside = ['--net', '--', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh', ...command];
  const env = { ...process.env, [outsideVariable]: ownNamespace() };
  const ended = await run('unshare', inside, { env, signal, timeout: CELL_MAX_MS }).catch(
    (error: unknown) => error,
  );
  signal.throwIfAborted();
  const cell = readCell(fault.name, subject.name);
  if (cell !== null && Date.parse(cell.startedAt) >= beganMs) return cell;
  throw new ServiceError(`no cell came out of its own network (${nftables.bin}): ${String(ended)}`);
}

/**
 * Loses this share of the packets to and from these ports, from now on. The function that is
 * returned ends it, and resolves with how many were lost. Only in a network of its own.
 */
export async function losePackets(
  ports: readonly number[],
  percent: number,
): Promise<() => Promise<number>> {
  if (!isInOwnNetwork()) throw new Error('packets are lost in a network of its own only');
  const { nftables: nft } = await provideServices({ need: ['nftables'] });
  const rules = ['dport', 'sport'].map(
    (side) =>
      `add rule inet loss out tcp ${side} { ${ports.join(', ')} } numgen random mod 100 < ` +
      `${percent} counter drop`,
  );
  const table = 'add table inet loss';
  const chain = 'add chain inet loss out { type filter hook output priority 0; }';
  await run(nft.bin, [[table, chain, ...rules].join('; ')]);
  return async () => {
    const { stdout } = await run(nft.bin, ['list', 'table', 'inet', 'loss']);
    await run(nft.bin, ['delete table inet loss']);
    const counts = [...stdout.matchAll(/counter packets (\d+)/g)];
    return counts.reduce((sum, [, packets]) => sum + Number(packets), 0);
  };
}
