import type { SystemUnderTest } from './systems.js';
import { cpuTimeUs } from './cpu-time.js';
import { closedLoad } from './wrk.js';

/** One load on one system: latencies, and the processor time for each right answer. */
export interface Sample {
  /** The system's name. */
  readonly contender: string;
  readonly round: number;
  readonly connections: number;
  /** Right answers a second. */
  readonly ratePerS: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly cpuUs: number;
  readonly databaseCpuUs: number;
  /** Answers that were not the right ones, and connections that broke. */
  readonly wrong: number;
  /** Violations in the rows; [] when they are sound. */
  readonly damage: readonly string[];
}

/** The load generator and its parameters. */
export interface LoadOptions {
  readonly wrk: string;
  readonly seconds: number;
  readonly connections: number;
  readonly databasePid: number | undefined;
  readonly signal: AbortSignal;
}

/** The warm-up before every sample, not measured: it fills caches, JIT and pools. */
const WARM_UP_S = 1;

/** Loads a system on a fresh target, after a warm-up on the same target, and checks its rows. */
export async function sampleOf(
  system: SystemUnderTest,
  round: number,
  { wrk, seconds, connections, databasePid, signal }: LoadOptions,
): Promise<Sample> {
  const target = await system.target();
  const request = {
    bin: wrk,
    url: system.url,
    token: system.token,
    paths: target.paths,
    connections,
    signal,
  };
  const rightIn = (seen: { readonly requests: number; readonly refused: number }): number =>
    target.right === 'granted' ? seen.requests - seen.refused : seen.refused;
  const warm = await closedLoad({ ...request, seconds: WARM_UP_S });
  await target.quiet();
  const before = [cpuTimeUs(system.pid), cpuTimeUs(databasePid)] as const;
  const seen = await closedLoad({ ...request, seconds });
  const after = [cpuTimeUs(system.pid), cpuTimeUs(databasePid)] as const;
  await target.quiet();
  const right = rightIn(seen);
  const granted = target.right === 'granted' ? right + rightIn(warm) : 0;
  return {
    contender: system.name,
    round,
    connections,
    ratePerS: (right * 1e6) / seen.durationUs,
    p50Ms: seen.p50Us / 1e3,
    p99Ms: seen.p99Us / 1e3,
    p999Ms: seen.p999Us / 1e3,
    cpuUs: (after[0] - before[0]) / right,
    databaseCpuUs: (after[1] - before[1]) / right,
    wrong: seen.requests - right + seen.broken,
    damage: await target.audit(granted),
  };
}

/** The order of a round: A B C, C B A, A B C, so that a slow minute of the machine hits all. */
export const orderOf = <T>(systems: readonly T[], round: number): readonly T[] =>
  round % 2 === 1 ? systems : systems.toReversed();

/** Interleaved rounds over all systems; `onSample` receives each sample when it is made. */
export async function interleavedRounds(
  systems: readonly SystemUnderTest[],
  rounds: number,
  load: LoadOptions,
  onSample: (sample: Sample) => void,
): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    for (const system of orderOf(systems, round)) {
      const sample = await sampleOf(system, round, load);
      samples.push(sample);
      onSample(sample);
    }
  }
  return samples;
}

/** The samples of one system, in the order of the rounds. */
export const samplesOf = (
  samples: readonly Sample[],
  system: string,
  connections?: number,
): readonly Sample[] =>
  samples
    .filter(
      (sample) =>
        sample.contender === system &&
        (connections === undefined || sample.connections === connections),
    )
    .toSorted((a, b) => a.round - b.round);
