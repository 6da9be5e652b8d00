import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultCell } from '@coupon/results';
import { checkCell } from './check-cell.js';
import { clock } from './clock.js';
import type { Fault } from './fault.js';
import { figuresOf, type Marks } from './figures.js';
import { judgeCell } from './judge-cell.js';
import { Load } from './load.js';
import { becomes } from './poll.js';
import { isInOwnNetwork, runInOwnNetwork } from './own-network.js';
import { predictionFor } from './predictions.js';
import { ReadinessWatch } from './readiness-watch.js';
import { DRAIN_KILL_MS, openRig, type Builds, type Rig } from './rig.js';
import { openServers, type Servers } from './servers.js';
import { openSmallDisk } from './small-disk.js';
import type { Subject } from './subject.js';

const WARM_UP_MS = 1_000;
const FIRST_GRANT_MS = 10_000;
const RECOVER_MS = 12_000;
const AFTER_MS = 1_500;
const RESOLVE_MS = 20_000;
const RECORD_MS = 10_000;
const SELL_OUT_LANES = 8;
const SELL_OUT_CLAIMS_MAX = 400;
const DRAIN_CLAIMS = 10;

/** What all cells of one lane share. */
export interface Lane {
  readonly servers: Servers;
  readonly builds: Builds;
  /** Where the logs of its processes go. */
  readonly folder: string;
  readonly revision: string;
  readonly signal: AbortSignal;
}

/**
 * Runs one cell: injects the fault into a service under load, heals it, waits until every outcome
 * is known, stops the service, and checks what clients were told against the rows. Rejects when the
 * cell could not be run at all, or with the signal's reason; the lane's servers may be damaged
 * then.
 */
export async function runCell(fault: Fault, subject: Subject, lane: Lane): Promise<FaultCell> {
  if (fault.needs?.ownNetwork === true && !isInOwnNetwork())
    return runInOwnNetwork(fault, subject, lane.signal);
  const startedAt = new Date();
  const beganMs = clock.monotonicMs();
  const folder = join(lane.folder, `${fault.name}.${subject.name}`);
  mkdirSync(folder, { recursive: true });
  const needs = fault.needs ?? {};
  await using disk = needs.smallDiskOf === undefined ? null : await openSmallDisk();
  await using own =
    disk !== null && needs.smallDiskOf === 'database'
      ? await openServers({ parentFolder: disk.folder })
      : null;
  const servers = own ?? lane.servers;
  await using rig = await openRig(subject, { ...lane, servers, disk, needs, folder });
  await using load = new Load(rig);
  const { marks, readiness } = await strikeUnderLoad(fault, rig, load);
  await drainAll(rig, load);
  lane.signal.throwIfAborted();
  const found = await checkCell(rig, load, fault);
  const prediction = predictionFor(fault, subject);
  const figures = figuresOf(load, marks, readiness, fault.kind);
  const drains = rig.apis.flatMap(({ process }) => process.drains);
  const measured = { ...found, ...figures, drains };
  return {
    schemaVersion: 1,
    fault: fault.name,
    strategy: subject.name,
    revision: lane.revision,
    startedAt: startedAt.toISOString(),
    tookMs: Math.round(clock.monotonicMs() - beganMs),
    prediction,
    deviations: [...judgeCell(prediction, measured)],
    ...measured,
  };
}

/** What was seen while a fault struck. */
export interface Strike {
  readonly marks: Marks;
  readonly readiness: ReadinessWatch['samples'];
}

/** Lets a fault strike a service under load; waits until its outcomes are known and recorded. */
export async function strikeUnderLoad(fault: Fault, rig: Rig, load: Load): Promise<Strike> {
  let strike: Strike;
  {
    await using watch = new ReadinessWatch(rig.apis);
    strike = { marks: await marksOf(fault, rig, load), readiness: watch.samples };
  }
  await load.settle(RESOLVE_MS);
  await load.sellOut(rig.scarce, SELL_OUT_LANES, SELL_OUT_CLAIMS_MAX);
  await load.settle(RESOLVE_MS);
  await awaitRecorded(rig, load);
  return strike;
}

/** Load, warm-up, fault, healing, recovery; returns when each of them was. */
async function marksOf(fault: Fault, rig: Rig, load: Load): Promise<Marks> {
  load.start();
  await sleep(WARM_UP_MS);
  const isWarm = await becomes(FIRST_GRANT_MS, () => load.grants.length > 0);
  if (!isWarm) throw new Error(`${rig.subject.name} grants nothing even without a fault`);
  rig.signal.throwIfAborted();
  const injectedMs = clock.monotonicMs();
  const heal = await fault.inject(rig);
  await sleep(fault.holdMs, undefined, { signal: rig.signal }).catch(() => undefined);
  const healingMs = clock.monotonicMs();
  await heal();
  const healedMs = clock.monotonicMs();
  await becomes(
    RECOVER_MS,
    () => rig.signal.aborted || load.grants.some(({ atMs }) => atMs >= healedMs),
  );
  await sleep(AFTER_MS);
  await load.stopArrivals();
  rig.signal.throwIfAborted();
  return { injectedMs, healingMs, healedMs, stoppedMs: clock.monotonicMs() };
}

/** Waits until the worker has recorded what clients were told, where there is one. */
async function awaitRecorded({ subject, servers, plenty, scarce }: Rig, load: Load): Promise<void> {
  if (!subject.writesBehind) return;
  await becomes(RECORD_MS, async () => {
    const progress = await Promise.all(
      [plenty, scarce].map(({ id }) => servers.records.progress(id)),
    );
    const rows = progress.reduce((sum, one) => sum + (one?.grants ?? 0), 0);
    return rows >= load.claims.filter(({ isGranted }) => isGranted).length;
  });
}

/** Stops the API processes one after the other, each while a few claims are under way. */
async function drainAll(rig: Rig, load: Load): Promise<void> {
  for (const [n, { process }] of [...rig.apis].reverse().entries()) {
    const isLast = n === rig.apis.length - 1;
    if (!isLast) for (let k = 0; k < DRAIN_CLAIMS; k += 1) void load.begin(rig.plenty);
    await process.drain(DRAIN_KILL_MS);
    if (!isLast) await load.settle(RESOLVE_MS);
  }
  await rig.worker?.drain(DRAIN_KILL_MS);
}
