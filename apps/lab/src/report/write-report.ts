import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { raceResultSchema, tickSchema, type RunResult, type Tick } from '@coupon/results';
import {
  renderReport,
  runTimelineOf,
  traceSchema,
  type ReportData,
  type RunTimeline,
  type Trace,
} from '@coupon/ui/report';
import { z } from 'zod';
import { original } from '../original.js';
import { historyFile } from '../run/k6-process.js';
import { historyOf } from '../run/read-history.js';
import { fileStemOf, samplesFile } from '../run/run.js';
import { UserError } from '../run/user-error.js';
import { buildReportAssets } from './report-assets.js';

/** With some 30 kB for each run's charts and texts a report stays well below 3 MB. */
const RUNS_DRAWN_MAX = 40;
/** The stock of the original's fixed runs. */
const FIXED_TOTAL = 50_000;

const tracesFile = (folder: string): string => join(folder, 'trace.json');

/** Writes the traces beside the race's other evidence. */
export const writeTraces = (folder: string, traces: readonly Trace[]): void =>
  writeFileSync(tracesFile(folder), `${JSON.stringify(traces, null, 1)}\n`);

/** The original's runs, with a lock timeout counted as a failed request. */
export const publishedRuns: ReportData['original'] = {
  broken: [original.broken],
  fixed: original.fixed.map(({ lockTimeouts, ...run }) => ({
    ...run,
    total: FIXED_TOTAL,
    requests: run.granted + lockTimeouts,
    failed: lockTimeouts,
  })),
};

/**
 * Writes `report.html` into a race's folder from what the race left there: result.json, each run's
 * history and ticks, trace.json. Resolves with its path. Throws UserError when there is no result;
 * other missing files are missing in the report.
 */
export async function writeReport(folder: string): Promise<string> {
  const resultFile = join(folder, 'result.json');
  if (!existsSync(resultFile)) throw new UserError(`no result at ${resultFile}`);
  const result = raceResultSchema.parse(JSON.parse(readFileSync(resultFile, 'utf8')));
  const traces = existsSync(tracesFile(folder))
    ? z.array(traceSchema).parse(JSON.parse(readFileSync(tracesFile(folder), 'utf8')))
    : [];
  const timelines: RunTimeline[] = [];
  for (const run of result.runs.slice(0, RUNS_DRAWN_MAX))
    timelines.push(await timelineFrom(folder, run)); // one history in memory at a time
  const file = join(folder, 'report.html');
  const data = { result, timelines, traces, original: publishedRuns };
  writeFileSync(file, renderReport(data, await buildReportAssets()));
  return file;
}

async function timelineFrom(folder: string, run: RunResult): Promise<RunTimeline> {
  const stem = join(folder, fileStemOf(run));
  const claims = existsSync(historyFile(stem)) ? (await historyOf(historyFile(stem))).claims : [];
  return runTimelineOf(claims, ticksOf(samplesFile(stem)), run.rows.total);
}

/** The readable ticks: the last line of a race that was killed may be torn. */
function ticksOf(file: string): readonly Tick[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const tick = tickSchema.safeParse(jsonOf(line));
      return tick.success ? [tick.data] : [];
    });
}

const jsonOf = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
};
