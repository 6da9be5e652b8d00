import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { randomFrom } from '@coupon/checker';
import { cellsFolder } from '../cell-files.js';
import { strikeUnderLoad } from '../cell.js';
import { checkCell } from '../check-cell.js';
import { clock } from '../clock.js';
import type { Fault } from '../fault.js';
import { figuresOf } from '../figures.js';
import { faults } from '../faults/index.js';
import { judgeCell } from '../judge-cell.js';
import { Load } from '../load.js';
import { predictionFor } from '../predictions.js';
import { freshCoupons, openRig, type Builds, type Rig } from '../rig.js';
import { openServers } from '../servers.js';
import type { Subject } from '../subject.js';
import { driftOf, vitalsOf, type Drift, type Vitals } from './vitals.js';

/** Memory, handles and connections may grow by this much. */
const GROWTH_MAX = 0.1;
/** Fewer than this many more are chance, whatever the share: a pool opens what it needs. */
const HANDLES_SLACK = 10;

/** One strategy's soak. */
export interface SoakOptions {
  readonly subject: Subject;
  readonly builds: Builds;
  readonly durationMs: number;
  /** The same seed strikes with the same faults in the same order. */
  readonly seed: number;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** What a soak came to. */
export interface Soak {
  readonly strategy: string;
  readonly seed: number;
  readonly tookMs: number;
  readonly strikes: number;
  readonly claims: number;
  readonly grants: number;
  readonly violations: number;
  readonly vitals: readonly Vitals[];
  readonly drifts: Readonly<Record<Exclude<keyof Vitals, 'atMs'>, Drift>>;
  /** What was not as it must be, a sentence each. */
  readonly faultsFound: readonly string[];
}

/** What an episode of a soak adds to the sums. */
type Episode = Pick<Soak, 'claims' | 'grants' | 'violations'> & { readonly found: string[] };

/**
 * The faults that can strike the same processes one after the other, without stock or rows being
 * changed behind the service's back, and that `subject` must survive.
 */
export const soakFaults = (subject: Subject): readonly Fault[] =>
  faults.filter(
    (fault) =>
      fault.applies(subject) === true &&
      !['rows-lost', 'stock-unsound', 'stock-changed', 'rolling-update'].includes(fault.kind) &&
      isOnSoakRig(fault) &&
      predictionFor(fault, subject).verdict !== 'breaks',
  );

const isOnSoakRig = ({ needs = {} }: Fault): boolean =>
  needs.path !== 'messages' &&
  needs.ownNetwork !== true &&
  needs.env === undefined &&
  needs.clockOf === undefined &&
  needs.smallDiskOf === undefined &&
  (needs.redis ?? 'always') === 'always';

/**
 * Lets one fault after the other, drawn from the seed, strike a service under load for
 * `durationMs`; each is healed, and each time all claims are checked against the rows. Rejects with
 * the signal's reason, or where the service cannot be run.
 */
export async function soak(options: SoakOptions): Promise<Soak> {
  const { subject, builds, durationMs, seed, say, signal } = options;
  const random = randomFrom(seed);
  const choices = soakFaults(subject);
  const folder = join(cellsFolder, 'logs', `soak.${subject.name}`);
  mkdirSync(folder, { recursive: true });
  await using servers = await openServers();
  const needs = { path: 'toxic', workerApart: true } as const;
  await using rig = await openRig(subject, { servers, disk: null, builds, needs, folder, signal });
  const beganMs = clock.monotonicMs();
  const vitals: Vitals[] = [];
  const sums = { strikes: 0, claims: 0, grants: 0, violations: 0 };
  const faultsFound: string[] = [];
  while (clock.monotonicMs() - beganMs < durationMs) {
    signal.throwIfAborted();
    const fault = choices[Math.floor(random() * choices.length)];
    if (fault === undefined) throw new Error(`no fault for ${subject.name}`);
    const episode = await strikeOnce(fault, { ...rig, ...(await freshCoupons(servers)) });
    vitals.push(await vitalsOf(rig, beganMs));
    sums.strikes += 1;
    sums.claims += episode.claims;
    sums.grants += episode.grants;
    sums.violations += episode.violations;
    faultsFound.push(...episode.found.map((what) => `strike ${sums.strikes}, ${what}`));
    say(lineOf(subject, sums.strikes, fault, episode, vitals));
  }
  const drifts = {
    memoryBytes: driftOf(vitals, 'memoryBytes'),
    handles: driftOf(vitals, 'handles'),
    databaseConnections: driftOf(vitals, 'databaseConnections'),
    redisConnections: driftOf(vitals, 'redisConnections'),
  };
  return {
    strategy: subject.name,
    seed,
    tookMs: Math.round(clock.monotonicMs() - beganMs),
    ...sums,
    vitals,
    drifts,
    faultsFound: [...faultsFound, ...grownIn(drifts)],
  };
}

async function strikeOnce(fault: Fault, rig: Rig): Promise<Episode> {
  await using load = new Load(rig);
  const { marks, readiness } = await strikeUnderLoad(fault, rig, load);
  rig.signal.throwIfAborted();
  const rows = await checkCell(rig, load, fault);
  const measured = { ...rows, ...figuresOf(load, marks, readiness, fault.kind), drains: [] };
  const predicted = predictionFor(fault, rig.subject);
  // Connections that are open already, and a worker apart whose rows answer replays, may serve some
  // claims during a fault: a soak looks for damage and for what hangs.
  const prediction =
    predicted.verdict === 'available' ? predicted : { ...predicted, verdict: 'sound' as const };
  return {
    claims: measured.claims,
    grants: measured.grants,
    violations: rows.violations.reduce((sum, { count }) => sum + count, 0),
    found: [...judgeCell(prediction, measured)].map((what) => `${fault.name}: ${what}`),
  };
}

function* grownIn(drifts: Soak['drifts']): Generator<string> {
  for (const [figure, { first, last, growth }] of Object.entries(drifts)) {
    const isMemory = figure === 'memoryBytes';
    if (growth > GROWTH_MAX && (isMemory || last - first > HANDLES_SLACK))
      yield `${figure} grew from ${Math.round(first)} to ${Math.round(last)}`;
  }
}

const MIB = 1_048_576;

function lineOf(
  { name }: Subject,
  n: number,
  fault: Fault,
  { claims, grants, found }: Episode,
  vitals: readonly Vitals[],
): string {
  const now = vitals.at(-1);
  const held =
    now === undefined
      ? ''
      : `${Math.round(now.memoryBytes / MIB)} MiB, ${now.handles} handles, ` +
        `${now.databaseConnections} database and ${now.redisConnections} Redis connections`;
  const head =
    `${Math.round((now?.atMs ?? 0) / 1_000)} s  ${name} ${n}: ` +
    `${fault.name}, ${claims} claims, ${grants} granted; ${held}`;
  return [head, ...found.map((what) => `    ${what}`)].join('\n');
}
