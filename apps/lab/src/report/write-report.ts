import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { raceResultSchema, tickSchema, type RunResult, type Tick } from '@coupon/results';
import { z } from 'zod';
import { historyFile } from '../run/k6-process.js';
import { UserError } from '../run/user-error.js';
import { fileStemOf, samplesFile } from '../run/run.js';
import { historyOf } from '../run/read-history.js';
import { runTimelineOf, type RunTimeline } from './run-timeline.js';
import { reportPage, reportParts } from './page.js';
import { traceSchema, type Trace } from './trace.js';

/** With some 20 kB for each run's charts and words a report stays well below 3 MB. */
const RUNS_DRAWN_MAX = 40;

const tracesFile = (folder: string): string => join(folder, 'trace.json');

/** Keeps what is drawn beside the race's other evidence. */
export const writeTraces = (folder: string, traces: readonly Trace[]): void =>
  writeFileSync(tracesFile(folder), `${JSON.stringify(traces, null, 1)}\n`);

/**
 * Writes `report.html` into a race's folder from what the race left there: result.json, each run's
 * history and ticks, trace.json. Resolves with its path. Throws UserError when there is no result;
 * what else is missing is missing in the report.
 */
export async function writeReport(folder: string): Promise<string> {
  const resultFile = join(folder, 'result.json');
  if (!existsSync(resultFile)) throw new UserError(`no result at ${resultFile}`);
  const result = raceResultSchema.parse(JSON.parse(readFileSync(resultFile, 'utf8')));
  const traces = existsSync(tracesFile(folder))
    ? z.array(traceSchema).parse(JSON.parse(readFileSync(tracesFile(folder), 'utf8')))
    : [];
  const courses: RunTimeline[] = [];
  for (const run of result.runs.slice(0, RUNS_DRAWN_MAX))
    courses.push(await courseFrom(folder, run)); // one history in memory at a time
  const file = join(folder, 'report.html');
  writeFileSync(file, reportPage({ result, courses, traces }, await reportParts()));
  return file;
}

async function courseFrom(folder: string, run: RunResult): Promise<RunTimeline> {
  const stem = join(folder, fileStemOf(run));
  const claims = existsSync(historyFile(stem)) ? (await historyOf(historyFile(stem))).claims : [];
  return runTimelineOf(claims, ticksOf(samplesFile(stem)), run.rows.total);
}

/** The ticks that can be read: the last line of a race that was killed may be torn. */
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
