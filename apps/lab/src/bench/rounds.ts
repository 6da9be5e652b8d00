import type { SystemUnderTest } from './systems.js';
import { cpuTimeUs } from './cpu-time.js';
import { closedLoad } from './wrk.js';

/**
 * What one load on one contender came to. Latencies in milliseconds; processor time in microseconds
 * for each right answer.
 */
export interface Sample {
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
  /** What the audit of the rows found; [] when they are sound. */
  readonly damage: readonly string[];
}

/** How each load is made. */
export interface LoadOptions {
  readonly wrk: string;
  readonly seconds: number;
  readonly connections: number;
  readonly databasePid: number | undefined;
  readonly signal: AbortSignal;
}

/** A connection's warm-up, cut off every sample: caches, JIT and pools are filled by then. */
const WARM_UP_S = 1;

/** Loads a contender on a fresh target, after a warm-up on the same target, and audits its rows. */
export async function sampleOf(
  contender: SystemUnderTest,
  round: number,
  { wrk, seconds, connections, databasePid, signal }: LoadOptions,
): Promise<Sample> {
  const target = await contender.target();
  const load = {
    bin: wrk,
    url: contender.url,
    token: contender.token,
    paths: target.paths,
    connections,
    signal,
  };
  const rightIn = (seen: { readonly requests: number; readonly refused: number }): number =>
    target.right === 'granted' ? seen.requests - seen.refused : seen.refused;
  const warm = await closedLoad({ ...load, seconds: WARM_UP_S });
  await target.quiet();
  const before = [cpuTimeUs(contender.pid), cpuTimeUs(databasePid)] as const;
  const seen = await closedLoad({ ...load, seconds });
  const after = [cpuTimeUs(contender.pid), cpuTimeUs(databasePid)] as const;
  await target.quiet();
  const right = rightIn(seen);
  const granted = target.right === 'granted' ? right + rightIn(warm) : 0;
  return {
    contender: contender.name,
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

/** Who runs when: A B C, C B A, A B C, so that a machine that slows down slows all alike. */
export const orderOf = <T>(contenders: readonly T[], round: number): readonly T[] =>
  round % 2 === 1 ? contenders : contenders.toReversed();

/** Interleaved rounds over all contenders; `onSample` sees each sample as it is made. */
export async function interleavedRounds(
  contenders: readonly SystemUnderTest[],
  rounds: number,
  pace: LoadOptions,
  onSample: (sample: Sample) => void,
): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    for (const contender of orderOf(contenders, round)) {
      const sample = await sampleOf(contender, round, pace);
      samples.push(sample);
      onSample(sample);
    }
  }
  return samples;
}

/** The samples of one contender, one for each round, in the rounds' order. */
export const samplesOf = (
  samples: readonly Sample[],
  contender: string,
  connections?: number,
): readonly Sample[] =>
  samples
    .filter(
      (sample) =>
        sample.contender === contender &&
        (connections === undefined || sample.connections === connections),
    )
    .toSorted((a, b) => a.round - b.round);
