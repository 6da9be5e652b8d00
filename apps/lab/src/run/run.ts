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
import { claimsOf, rowsOf, historyOf } from './read-history.js';
import { seed } from './seed.js';
import { watchRun, type WatchSettings } from './watch.js';

/** One strategy under one load. */
export interface Run {
  readonly plugin: Plugin;
  readonly profile: Profile;
  readonly repeat: number;
  /** API processes over the same database, each with its share of the users (default: 1). */
  readonly instances?: number;
  /** Settings of the service that differ from this process's own. */
  readonly env?: Readonly<Record<string, string>>;
}

/** What the runs of a race share. */
export interface RunContext {
  readonly services: Services;
  /** The folder of this race's files. */
  readonly folder: string;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** Receives a tick several times a second during the load, and once more at its end. */
  readonly onTick?: (run: Run, tick: Tick) => void;
  /** Receives the begin and the end of a run; a run that fails or is stopped has no end. */
  readonly onEvent?: (event: RunEvent) => void;
}

/** The begin or the end of a run. */
export type RunEvent =
  | { readonly kind: 'run-begins'; readonly run: Run }
  | { readonly kind: 'run-ends'; readonly run: Run; readonly result: RunResult };

/** The pause between two ticks. */
const WATCH_EVERY_MS = 250;
/** The time that a run takes besides its load: start, login, last answers, check. */
const OVERHEAD_MS = 5_000;

/** The common stem of a run's file names, within the race's folder. */
export const fileStemOf = ({
  strategy,
  profile,
  repeat,
  instances,
}: Pick<RunResult, 'strategy' | 'profile' | 'repeat' | 'instances'>): string =>
  `${strategy}.${profile}.${repeat}${instances > 1 ? `.x${instances}` : ''}`;
/** The file of a run's ticks. */
export const samplesFile = (stem: string): string => `${stem}.watch.jsonl`;

/** The approximate time that the runs take. */
export const expectedMs = (runs: readonly Run[]): number =>
  runs.reduce((sum, { profile }) => sum + loadMs(profile) + OVERHEAD_MS, 0);

/** Repeats interleaved A B, B A, A B, so that a slow minute of the machine hits all strategies. */
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

/** The services that a run needs. Throws UserError when one is missing. */
function requiredServices({ database, redis, k6 }: Services) {
  if (database === undefined || redis === undefined || k6 === undefined)
    throw new UserError('a race needs a database, Redis and k6');
  return { database, redis, k6 };
}

/**
 * Executes one run on a fresh database with its own Redis prefix: API processes, k6, drain, check,
 * verdict. Throws UserError when a process does not start, the signal's reason when the race is
 * stopped.
 */
export async function executeRun(
  run: Run,
  { services, folder, progress, signal, onTick, onEvent }: RunContext,
): Promise<RunResult> {
  const { plugin, profile, repeat, instances = 1, env } = run;
  const { database, redis, k6 } = requiredServices(services);
  onEvent?.({ kind: 'run-begins', run });
  const id = { strategy: plugin.name, profile: profile.name, repeat, instances };
  const name = `${plugin.name}, ${profile.name}${repeat > 1 ? ` (${repeat})` : ''}`;
  const stem = join(folder, fileStemOf(id));
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
  await using running = stoppedOnDispose(await startApis(settings, instances));
  const { apis } = running;
  const seeded = await seed(apis[0], name, profile.totalQuantity);
  const watch = {
    databaseUrl: fresh.url,
    couponId: seeded.couponId,
    historyFile: historyFile(stem),
    watchFile: samplesFile(stem),
    everyMs: WATCH_EVERY_MS,
    onTick: (tick: Tick) => onTick?.(run, tick),
  };
  const load = await whileWatching(watch, progress, async () => {
    progress.now(`${name}: k6`, loadMs(profile));
    const urls = apis.map((api) => api.url);
    const measured = await runK6({ bin: k6.bin, profile, urls, seed: seeded, stem, signal });
    progress.now(`${name}: audit`);
    await running.stop();
    return measured;
  });
  const history = await historyOf(historyFile(stem));
  const guarantees = guaranteesFor(plugin.guarantees, instances);
  const rows = await rowsOf(fresh.url, seeded.couponId);
  const seen = claimsOf(history, seeded.couponId);
  const report = checkRun({ ...seen, ...rows }, guarantees);
  const result: RunResult = {
    ...id,
    http: { ...countsOf(history.claims), ...load },
    rows: report.rows,
    unknown: report.unknown,
    verdict: verdictOn(report, guarantees),
  };
  onEvent?.({ kind: 'run-ends', run, result });
  return result;
}

/**
 * The API processes of a run. None may outlive it: the next run is measured on the same machine,
 * and their database is dropped.
 */
const stoppedOnDispose = (apis: readonly [ApiProcess, ...ApiProcess[]]) => {
  const stop = async (): Promise<void> => {
    await Promise.all(apis.map((api) => api.stop()));
  };
  return { apis, stop, [Symbol.asyncDispose]: stop };
};

/**
 * Watches the run during `work`. A watch that fails is reported and fails nothing else: the verdict
 * comes from the rows and the history, not from the ticks.
 */
async function whileWatching<T>(
  watch: Omit<WatchSettings, 'signal'>,
  progress: Progress,
  work: () => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  const watching = watchRun({ ...watch, signal: stop.signal }).catch((error: unknown) =>
    progress.say(`watching the run failed: ${String(error)}`),
  );
  try {
    return await work();
  } finally {
    stop.abort();
    await watching;
  }
}

/** Counts the answers, and the grants per second from the first request to the last grant. */
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
