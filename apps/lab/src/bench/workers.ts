import { median, ratioOf } from '@coupon/checker';
import { plugins } from '@coupon/strategies';
import { strategySystem } from './systems.js';
import { rates, withSystems, type Bench, type MeasureResult } from './measures.js';
import { interleavedRounds, samplesOf, type Sample } from './rounds.js';

/** There are many strategies. */
const ROUNDS_MAX = 3;
const WORKERS = 2;

/**
 * The gain of a second process for each strategy that holds across processes, as notes: no goal.
 */
export async function workers({
  environment,
  load,
  rounds,
  onSample,
  say,
}: Bench): Promise<MeasureResult> {
  const all: Sample[] = [];
  for (const { name } of plugins.filter(({ guarantees }) => guarantees.acrossProcesses)) {
    const one = `${name}, 1 worker`;
    const two = `${name}, ${WORKERS} workers`;
    const openings = [
      () => strategySystem(one, name, environment),
      () => strategySystem(two, name, environment, { workers: WORKERS }),
    ];
    const samples = await withSystems(openings, (systems) =>
      interleavedRounds(systems, Math.min(rounds, ROUNDS_MAX), load, onSample),
    );
    const ratio = ratioOf(rates(samples, two), rates(samples, one));
    const cpuOf = (system: string, of: (sample: Sample) => number): string =>
      median(samplesOf(samples, system).map(of)).toFixed(0);
    const cpu = (system: string): string =>
      `${cpuOf(system, ({ cpuUs }) => cpuUs)} + ` +
      cpuOf(system, ({ databaseCpuUs }) => databaseCpuUs);
    say(
      `API_WORKERS=${WORKERS}, ${name}: ${ratio.median.toFixed(2)} times the rate of one ` +
        `(${ratio.low.toFixed(2)} to ${ratio.high.toFixed(2)}); ` +
        `CPU us of service + database for each coupon: ${cpu(one)} -> ${cpu(two)}`,
    );
    all.push(...samples);
  }
  return { samples: all, ratios: {} };
}
