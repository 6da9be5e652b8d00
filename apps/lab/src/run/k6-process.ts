import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { startChild } from '@coupon/api-process';
import { z } from 'zod';
import { UserError } from './user-error.js';
import { k6Folder } from './paths.js';
import type { Profile } from './profiles.js';
import type { Seed } from './seed.js';

const trend = z.object({
  values: z.object({
    avg: z.number(),
    med: z.number(),
    'p(90)': z.number(),
    'p(95)': z.number(),
    'p(99)': z.number(),
    max: z.number(),
  }),
});
const summarySchema = z.object({
  metrics: z.object({
    http_req_duration: trend,
    http_reqs: z.object({ values: z.object({ rate: z.number() }) }),
  }),
});

/** k6's own figures: the request rate of the whole run, and the latency of all requests. */
export interface K6Figures {
  readonly ratePerS: number;
  readonly latencyMs: {
    readonly avg: number;
    readonly med: number;
    readonly p90: number;
    readonly p95: number;
    readonly p99: number;
    readonly max: number;
  };
}

/** One k6 run; its files' names start with `stem`. */
export interface K6Settings {
  readonly bin: string;
  readonly profile: Profile;
  /** The service's instances. */
  readonly urls: readonly string[];
  readonly seed: Seed;
  readonly stem: string;
  readonly signal: AbortSignal;
}

/** The file of a run's history. */
export const historyFile = (stem: string): string => `${stem}.history.jsonl`;

/** Runs one load to its end. Throws UserError with k6's log when k6 fails. */
export async function runK6({
  bin,
  profile,
  urls,
  seed,
  stem,
  signal,
}: K6Settings): Promise<K6Figures> {
  const summaryFile = `${stem}.k6.json`;
  const settings = {
    BASE_URL: urls.join(','),
    EMAIL: seed.email,
    PASSWORD: seed.password,
    COUPON_ID: String(seed.couponId),
    PROFILE: profile.name,
    SUMMARY_PATH: summaryFile,
  };
  const logFile = `${stem}.k6.log`;
  // k6 appends, and the checker would take two runs for one
  rmSync(historyFile(stem), { force: true });
  const args = [
    'run',
    '--quiet',
    '--no-color',
    '--no-usage-report',
    '--address',
    '127.0.0.1:0',
    `--log-output=file=${historyFile(stem)}`,
    '--log-format=raw',
  ];
  // Settings go by environment, which k6 scripts see as __ENV: a password on the command line would
  // stand in the process list.
  const child = startChild(bin, [...args, join(k6Folder, 'scenarios/race.ts')], {
    env: settings,
    logFile,
    signal,
  });
  child.stdout.resume();
  const { exitCode } = await child;
  signal.throwIfAborted();
  if (!existsSync(summaryFile))
    throw new UserError(
      `k6 ended with ${exitCode ?? 'a signal'} and no summary:\n` +
        readFileSync(logFile, 'utf8').slice(-2_000),
    );
  const { http_req_duration: duration, http_reqs: requests } = summarySchema.parse(
    JSON.parse(readFileSync(summaryFile, 'utf8')),
  ).metrics;
  const { avg, med, max, 'p(90)': p90, 'p(95)': p95, 'p(99)': p99 } = duration.values;
  return { ratePerS: requests.values.rate, latencyMs: { avg, med, p90, p95, p99, max } };
}
