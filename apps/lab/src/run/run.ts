import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { startApis, type ApiProcess, type ApiProcessSettings } from '@coupon/api-process';
import { AnswerTally, type RunResult, type Tick, type ClaimRecord } from '@coupon/results';
import { migrate } from '@coupon/mysql';
import { freshDatabase, type Services } from '@coupon/services';
import type { Plugin } from '@coupon/strategies';
import { guaranteesFor, verdictOn } from '@coupon/checker';
import { checkRun } from '../check/check-run.js';
import type { Progress } from '../output/progress.js';
import { historyFile, runK6 } from './k6-process.js';
import { UserError } from './user-error.js';
import { loadMs, type Profile } from './profiles.js';
import { rowsOf, historyOf } from './read-history.js';
import { seed } from './seed.js';
import { watchRun, type WatchSettings } from './watch.js';

/** One strategy under one load. */
export interface Run {
  readonly plugin: Plugin;
  readonly profile: Profile;
  readonly repeat: number;
  /** API processes over the same database, each with its share of the users; 1 unless told. */
  readonly instances?: number;
  /** Settings of the service that differ from this process's own. */
  readonly env?: Readonly<Record<string, string>>;
}

/** What every heat of a race shares. */
export interface RunContext {
  readonly services: Services;
  /** The folder of this race's files. */
  readonly folder: string;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** Hears of a heat some times a second while k6 loads it, and once more when all is quiet. */
  readonly onTick?: (heat: Run, tick: Tick) => void;
  /**
   * Hears when a heat begins and when it has ended; a heat that fails or is stopped does not end.
   */
  readonly onEvent?: (event: RunEvent) => void;
}

/** What happens to a heat. */
export type RunEvent =
  | { readonly kind: 'heat-begins'; readonly heat: Run }
  | { readonly kind: 'heat-ends'; readonly heat: Run; readonly run: RunResult };

/** Between two looks at a run. */
const WATCH_EVERY_MS = 250;
/** What a heat takes beside its load: start, login, last answers, audit. */
const AROUND_MS = 5_000;

/** How the names of a heat's files begin, within the race's folder. */
export const fileStemOf = ({
  strategy,
  profile,
  repeat,
  instances,
}: Pick<RunResult, 'strategy' | 'profile' | 'repeat' | 'instances'>): string =>
  `${strategy}.${profile}.${repeat}${instances > 1 ? `.x${instances}` : ''}`;
/** Where a run's ticks are written. */
export const samplesFile = (stem: string): string => `${stem}.watch.jsonl`;

/** How long the heats will take, about. */
export const expectedMs = (heats: readonly Run[]): number =>
  heats.reduce((sum, heat) => sum + loadMs(heat.profile) + AROUND_MS, 0);

/** Repeats interleaved A B, B A, A B: so that a machine that slows down slows all of them. */
export const interleave = (
  plugins: readonly Plugin[],
  profile: Profile,
  repeats: number,
  instances = 1,
): Run[] =>
  Array.from({ length: repeats }, (_, n) =>
    (n % 2 === 0 ? plugins : [...plugins].reverse()).map((plugin) => ({
      plugin,
      profile,
      repeat: n + 1,
      instances,
    })),
  ).flat();

/**
 * Runs one heat on a fresh database and a Redis prefix of its own: each API as its own process, k6,
 * drain, audit, verdict. Throws UserError when something does not start, the signal's reason when
 * the race is stopped.
 */
export async function runOnce(
  heat: Run,
  { services, folder, progress, signal, onTick, onEvent }: RunContext,
): Promise<RunResult> {
  const { plugin, profile, repeat, instances = 1, env } = heat;
  const { database, redis, k6 } = services;
  if (database === undefined || redis === undefined || k6 === undefined)
    throw new UserError('a race needs a database, Redis and k6');
  onEvent?.({ kind: 'heat-begins', heat });
  const name = `${plugin.name}, ${profile.name}${repeat > 1 ? ` (${repeat})` : ''}`;
  const stem = join(
    folder,
    fileStemOf({ strategy: plugin.name, profile: profile.name, repeat, instances }),
  );
  await using fresh = await freshDatabase(database, 'lab');
  await migrate(fresh.url);
  progress.now(`${name}: starting the API`);
  const settings: ApiProcessSettings = {
    strategy: plugin.source ?? plugin.name,
    databaseUrl: fresh.url,
    redisUrl: redis.url,
    redisKeyPrefix: `coupon-race:${randomUUID()}:`,
    logFile: `${stem}.api.log`,
    signal,
    env,
  };
  await using running = stoppingAll(await startApis(settings, instances));
  const { apis } = running;
  const seeded = await seed(apis[0], name, profile.totalQuantity);
  const watched = {
    databaseUrl: fresh.url,
    couponId: seeded.couponId,
    historyFile: historyFile(stem),
    watchFile: samplesFile(stem),
    everyMs: WATCH_EVERY_MS,
    onTick: (tick: Tick) => onTick?.(heat, tick),
  };
  const measured = await whileSampling(watched, progress, async () => {
    progress.now(`${name}: k6`, loadMs(profile));
    const k6Says = await runK6({
      bin: k6.bin,
      profile,
      urls: apis.map((api) => api.url),
      seed: seeded,
      stem,
      signal,
    });
    progress.now(`${name}: audit`);
    await Promise.all(apis.map((api) => api.stop()));
    return k6Says;
  });
  const history = await historyOf(historyFile(stem));
  const guarantees = guaranteesFor(plugin.guarantees, instances);
  const rows = await rowsOf(fresh.url, seeded.couponId);
  const report = checkRun({ claims: history.claims, open: history.open, ...rows }, guarantees);
  const run: RunResult = {
    strategy: plugin.name,
    profile: profile.name,
    repeat,
    instances,
    http: { ...countsOf(history.claims), ...measured },
    rows: report.rows,
    unknown: report.unknown,
    verdict: verdictOn(report, guarantees),
  };
  onEvent?.({ kind: 'heat-ends', heat, run });
  return run;
}

/**
 * Whatever ends a heat, none of its APIs outlives it: the next heat is about to be measured, and
 * the database is about to go.
 */
const stoppingAll = (apis: readonly [ApiProcess, ...ApiProcess[]]) => ({
  apis,
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(apis.map((api) => api.stop()));
  },
});

/**
 * Does `work` under watch. A watch that fails is told of and fails nothing else: the run is judged
 * by what stays, not by what was seen.
 */
async function whileSampling<T>(
  watched: Omit<WatchSettings, 'signal'>,
  progress: Progress,
  work: () => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  const watching = watchRun({ ...watched, signal: stop.signal }).catch((error: unknown) =>
    progress.say(`the run is not watched any more: ${String(error)}`),
  );
  try {
    return await work();
  } finally {
    stop.abort();
    await watching;
  }
}

/** Counts the answers, and how fast coupons were granted while there were any. */
function countsOf(
  claims: readonly ClaimRecord[],
): Pick<RunResult['http'], 'requests' | 'status' | 'reasons' | 'grantsPerS'> {
  const tally = new AnswerTally();
  let firstMs = Infinity;
  let lastGrantMs = -Infinity;
  for (const claim of claims) {
    tally.add(claim);
    firstMs = Math.min(firstMs, claim.startMs);
    if (claim.status === 200) lastGrantMs = Math.max(lastGrantMs, claim.endMs);
  }
  const counts = tally.counts();
  const grants = counts.status['200'] ?? 0;
  return {
    ...counts,
    grantsPerS: grants === 0 ? 0 : (1_000 * grants) / Math.max(1, lastGrantMs - firstMs),
  };
}
