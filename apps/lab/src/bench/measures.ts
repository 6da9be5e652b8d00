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

/** The environment of a measure, and its listeners. */
export interface Bench {
  readonly environment: BenchEnvironment;
  readonly load: LoadOptions;
  readonly rounds: number;
  readonly onSample: (sample: Sample) => void;
  readonly say: (line: string) => void;
}

/** Ratios by their goal's id, and the samples behind them. */
export interface MeasureResult {
  readonly ratios: Readonly<Record<string, Estimate>>;
  readonly samples: readonly Sample[];
}

/** Opens systems one after the other, measures, and closes all of them, whatever happens. */
export async function withSystems<T>(
  openings: readonly (() => Promise<SystemUnderTest>)[],
  measure: (systems: readonly SystemUnderTest[]) => Promise<T>,
): Promise<T> {
  const systems: SystemUnderTest[] = [];
  try {
    for (const open of openings) systems.push(await open());
    return await measure(systems);
  } finally {
    for (const system of systems) await system[Symbol.asyncDispose]();
  }
}

/** The rates of a system, one for each round. */
export const rates = (samples: readonly Sample[], system: string, connections?: number): number[] =>
  samplesOf(samples, system, connections).map((sample) => sample.ratePerS);

const comparison = (name: string): string => `@coupon/comparison-${name}`;

const raw = () => fixtureSystem('raw', 'raw-server');
const nothing = () => fixtureSystem('nothing', 'issue-server');

/** P0 alone: the issue route over a strategy that only judges, against bare node:http. */
export async function httpOverhead({ load, rounds, onSample }: Bench): Promise<MeasureResult> {
  const samples = await withSystems([raw, nothing], (systems) =>
    interleavedRounds(systems, rounds, load, onSample),
  );
  return { samples, ratios: { P0: ratioOf(rates(samples, 'nothing'), rates(samples, 'raw')) } };
}

/** P0 to P4, P8 and P10, in the same interleaved rounds; `quick` leaves out the slow baselines. */
export async function speeds(
  { environment, load, rounds, onSample }: Bench,
  quick: boolean,
): Promise<MeasureResult> {
  const strategy =
    (name: string, plugin: string, workload = {}) =>
    () =>
      strategySystem(name, plugin, environment, workload);
  const always = [
    raw,
    nothing,
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
  const samples = await withSystems(quick ? always : [...always, ...slow], (systems) =>
    interleavedRounds(systems, rounds, load, onSample),
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

/** P6: the rate at many connections against that at few. */
export async function connectionCounts({
  environment,
  load,
  rounds,
  onSample,
}: Bench): Promise<MeasureResult> {
  const few = 50;
  const many = 5_000;
  const samples = await withSystems(
    [() => strategySystem('crowd', BEST, environment)],
    async ([system]) => {
      const all: Sample[] = [];
      if (system === undefined) return all;
      for (let round = 1; round <= rounds; round += 1) {
        for (const connections of round % 2 === 1 ? [few, many] : [many, few]) {
          const sample = await sampleOf(system, round, { ...load, connections });
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

/** P7: grants without HTTP against plain INSERTs. */
export async function withoutHttp({ environment, say }: Bench): Promise<MeasureResult> {
  // beside the Lua scripts that the build copies there
  const built = join(apiFolder, 'dist/direct.js');
  await promisify(execFile)(process.execPath, [
    join(apiFolder, 'bundle.mjs'),
    join(root, 'apps/lab/src/bench/direct.ts'),
    built,
  ]);
  await using fresh = await freshDatabase(environment.database, 'direct');
  await migrate(fresh.url);
  const env = {
    ...process.env,
    NODE_ENV: 'production',
    DATABASE_URL: fresh.url,
    LOCK_STRATEGY: BEST,
  };
  const child = fork(built, { execArgv: [], env, signal: environment.signal });
  const [message]: unknown[] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => []),
  ]);
  if (message === undefined) throw new UserError('the measure without HTTP ended early');
  const { issued, inserted } = directSchema.parse(message);
  const whole = (values: readonly number[]): string =>
    values.map((value) => value.toFixed(0)).join(', ');
  say(`without HTTP: ${whole(issued)} grants/s; raw INSERT: ${whole(inserted)} rows/s`);
  return { samples: [], ratios: { P7: ratioOf(issued, inserted) } };
}

/** P9: an empty table against one of many rows. */
export async function oldRows(
  { environment, load, rounds, onSample, say }: Bench,
  rows: number,
): Promise<MeasureResult> {
  say(`filling user_coupon with ${rows.toLocaleString('en-US')} rows`);
  const openings = [
    () => strategySystem('empty', BEST, environment),
    () => strategySystem('full', BEST, environment, { oldRows: rows }),
  ];
  const samples = await withSystems(openings, (systems) =>
    interleavedRounds(systems, rounds, load, onSample),
  );
  return { samples, ratios: { P9: ratioOf(rates(samples, 'empty'), rates(samples, 'full')) } };
}

/** P11: resident memory of the service under minutes of full load. */
export async function memory(
  { environment, load, say }: Bench,
  minutes: number,
): Promise<MeasureResult> {
  const resident = await withSystems(
    [() => strategySystem('memory', BEST, environment)],
    async ([system]) => {
      const seen: number[] = [];
      for (let minute = 1; system !== undefined && minute <= minutes; minute += 1) {
        const { paths } = await system.target();
        const running = closedLoad({
          bin: load.wrk,
          url: system.url,
          token: system.token,
          paths,
          connections: load.connections,
          seconds: 60,
          signal: load.signal,
        });
        await sleep(59_000, undefined, { signal: load.signal });
        seen.push(residentMb(system.pid));
        await running;
        say(`memory after ${minute} min at full load: ${seen.at(-1)?.toFixed(0)} MiB`);
      }
      return seen;
    },
  );
  const first = resident[0] ?? Number.NaN;
  const last = resident.at(-1) ?? Number.NaN;
  return { samples: [], ratios: { P11: ratioOf([last], [first]) } };
}
