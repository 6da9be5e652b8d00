import { median, ratioOf } from '@coupon/checker';
import { plugins } from '@coupon/strategies';
import { strategySystem } from './systems.js';
import { rates, withSystems, type Bench, type Measured } from './measures.js';
import { interleavedRounds, samplesOf, type Sample } from './rounds.js';

/** More would only be finer, and there are many strategies. */
const ROUNDS_MAX = 3;
const WORKERS = 2;

/**
 * What a second process costs or gains each strategy that holds across processes: told in notes,
 * since no goal is set for it.
 */
export async function workers({ ground, pace, rounds, onSample, say }: Bench): Promise<Measured> {
  const all: Sample[] = [];
  for (const { name } of plugins.filter(({ guarantees }) => guarantees.acrossProcesses)) {
    const [one, two] = [`${name}, 1 worker`, `${name}, ${WORKERS} workers`];
    const openings = [
      () => strategySystem(one, name, ground),
      () => strategySystem(two, name, ground, { workers: WORKERS }),
    ];
    const samples = await withSystems(openings, (contenders) =>
      interleavedRounds(contenders, Math.min(rounds, ROUNDS_MAX), pace, onSample),
    );
    const ratio = ratioOf(rates(samples, two), rates(samples, one));
    const cpuOf = (contender: string, of: (sample: Sample) => number): string =>
      median(samplesOf(samples, contender).map(of)).toFixed(0);
    const cpu = (contender: string): string =>
      `${cpuOf(contender, ({ cpuUs }) => cpuUs)} + ${cpuOf(contender, ({ databaseCpuUs }) => databaseCpuUs)}`;
    say(
      `API_WORKERS=${WORKERS}, ${name}: ${ratio.median.toFixed(2)} times the rate of one (${ratio.low.toFixed(2)} to ${ratio.high.toFixed(2)}); CPU us of service + database for each coupon: ${cpu(one)} -> ${cpu(two)}`,
    );
    all.push(...samples);
  }
  return { samples: all, ratios: {} };
}
