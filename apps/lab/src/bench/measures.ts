import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { migrate } from '@coupon/mysql';
import { freshDatabase } from '@coupon/services';
import { ratioOf, type Estimate } from '@coupon/checker';
import { z } from 'zod';
import { UserError } from '../run/user-error.js';
import { apiFolder, root } from '../run/paths.js';
import {
  fixtureSystem,
  strategySystem,
  type SystemUnderTest,
  type BenchEnvironment,
} from './systems.js';
import { residentMb } from './cpu-time.js';
import { BEST } from './ratios.js';
import { interleavedRounds, sampleOf, samplesOf, type LoadOptions, type Sample } from './rounds.js';
import { closedLoad } from './wrk.js';

/** What every measure is given. */
export interface Bench {
  readonly ground: BenchEnvironment;
  readonly pace: LoadOptions;
  readonly rounds: number;
  readonly onSample: (sample: Sample) => void;
  readonly say: (line: string) => void;
}

/** Ratios by their goal's id, and the samples behind them. */
export interface Measured {
  readonly ratios: Readonly<Record<string, Estimate>>;
  readonly samples: readonly Sample[];
}

/** Opens contenders one after the other, measures, and closes all of them, whatever happens. */
export async function withSystems<T>(
  openings: readonly (() => Promise<SystemUnderTest>)[],
  measure: (contenders: readonly SystemUnderTest[]) => Promise<T>,
): Promise<T> {
  const contenders: SystemUnderTest[] = [];
  try {
    for (const open of openings) contenders.push(await open());
    return await measure(contenders);
  } finally {
    for (const contender of contenders) await contender[Symbol.asyncDispose]();
  }
}

/** A contender's rates, one for each round. */
export const rates = (
  samples: readonly Sample[],
  contender: string,
  connections?: number,
): number[] => samplesOf(samples, contender, connections).map((sample) => sample.ratePerS);

const comparison = (name: string): string => `@coupon/comparison-${name}`;

/**
 * P0 to P4, P8 and P10: all contenders in the same interleaved rounds. `quick` leaves out the slow
 * baselines.
 */
export async function speeds(
  { ground, pace, rounds, onSample }: Bench,
  quick: boolean,
): Promise<Measured> {
  const strategy =
    (name: string, plugin: string, course = {}) =>
    () =>
      strategySystem(name, plugin, ground, course);
  const always = [
    () => fixtureSystem('raw', 'raw-server'),
    () => fixtureSystem('nothing', 'issue-server'),
    strategy('best', BEST),
    strategy('sold-out', BEST, { soldOut: true }),
    strategy('mysql-for-update', 'mysql-for-update'),
    strategy('redis-spin-lock', 'redis-spin-lock'),
  ];
  const slow = [
    strategy('redlock', comparison('redlock')),
    strategy('redis-semaphore', comparison('redis-semaphore')),
    strategy('zipf', BEST, { coupons: 100 }),
  ];
  const samples = await withSystems(quick ? always : [...always, ...slow], (contenders) =>
    interleavedRounds(contenders, rounds, pace, onSample),
  );
  const of = (above: string, below: string): Estimate =>
    ratioOf(rates(samples, above), rates(samples, below));
  return {
    samples,
    ratios: {
      P0: of('nothing', 'raw'),
      P1: of('best', 'nothing'),
      P2: of('best', 'redis-spin-lock'),
      P3: of('best', 'mysql-for-update'),
      P8: of('sold-out', 'nothing'),
      ...(quick
        ? {}
        : {
            P4a: of('best', 'redlock'),
            P4b: of('best', 'redis-semaphore'),
            P10: of('zipf', 'best'),
          }),
    },
  };
}

/** P6: few connections against many. */
export async function crowds({ ground, pace, rounds, onSample }: Bench): Promise<Measured> {
  const [few, many] = [50, 5_000];
  const samples = await withSystems(
    [() => strategySystem('crowd', BEST, ground)],
    async ([contender]) => {
      const all: Sample[] = [];
      if (contender === undefined) return all;
      for (let round = 1; round <= rounds; round += 1) {
        for (const connections of round % 2 === 1 ? [few, many] : [many, few]) {
          const sample = await sampleOf(contender, round, { ...pace, connections });
          all.push(sample);
          onSample(sample);
        }
      }
      return all;
    },
  );
  return {
    samples,
    ratios: { P6: ratioOf(rates(samples, 'crowd', many), rates(samples, 'crowd', few)) },
  };
}

const directSchema = z.object({ issued: z.array(z.number()), inserted: z.array(z.number()) });

/** P7: grants without HTTP against plain rows. */
export async function withoutHttp({ ground, say }: Bench): Promise<Measured> {
  const built = join(apiFolder, 'dist/direct.js'); // beside the scripts that the build put there
  await promisify(execFile)(process.execPath, [
    join(apiFolder, 'bundle.mjs'),
    join(root, 'apps/lab/src/bench/direct.ts'),
    built,
  ]);
  await using fresh = await freshDatabase(ground.database, 'direct');
  await migrate(fresh.url);
  const env = {
    ...process.env,
    NODE_ENV: 'production',
    DATABASE_URL: fresh.url,
    LOCK_STRATEGY: BEST,
  };
  const child = fork(built, { execArgv: [], env, signal: ground.signal });
  const [message]: unknown[] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => []),
  ]);
  if (message === undefined) throw new UserError('the measure without HTTP ended before its time');
  const { issued, inserted } = directSchema.parse(message);
  const whole = (values: readonly number[]): string =>
    values.map((value) => value.toFixed(0)).join(', ');
  say(`without HTTP: ${whole(issued)} grants/s; raw INSERT: ${whole(inserted)} rows/s`);
  return { samples: [], ratios: { P7: ratioOf(issued, inserted) } };
}

/** P9: an empty table against one of many rows. */
export async function oldRows(
  { ground, pace, rounds, onSample, say }: Bench,
  rows: number,
): Promise<Measured> {
  say(`filling user_coupon with ${rows.toLocaleString('en-US')} rows`);
  const openings = [
    () => strategySystem('empty', BEST, ground),
    () => strategySystem('full', BEST, ground, { oldRows: rows }),
  ];
  const samples = await withSystems(openings, (contenders) =>
    interleavedRounds(contenders, rounds, pace, onSample),
  );
  return { samples, ratios: { P9: ratioOf(rates(samples, 'empty'), rates(samples, 'full')) } };
}

/** P11: resident memory of the service under minutes of full load. */
export async function memory({ ground, pace, say }: Bench, minutes: number): Promise<Measured> {
  const resident = await withSystems(
    [() => strategySystem('memory', BEST, ground)],
    async ([contender]) => {
      const seen: number[] = [];
      for (let minute = 1; contender !== undefined && minute <= minutes; minute += 1) {
        const { paths } = await contender.target();
        const load = closedLoad({
          bin: pace.wrk,
          url: contender.url,
          token: contender.token,
          paths,
          connections: pace.connections,
          seconds: 60,
          signal: pace.signal,
        });
        await sleep(59_000, undefined, { signal: pace.signal });
        seen.push(residentMb(contender.pid));
        await load;
        say(`memory after ${minute} min at full load: ${seen.at(-1)?.toFixed(0)} MiB`);
      }
      return seen;
    },
  );
  const [first = Number.NaN, last = Number.NaN] = [resident[0], resident.at(-1)];
  return { samples: [], ratios: { P11: ratioOf([last], [first]) } };
}
