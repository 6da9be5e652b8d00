import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { resultSchema, tickSchema, type Run, type Tick } from '@coupon/results';
import { z } from 'zod';
import { historyFile } from '../run/k6-process.js';
import { LabFault } from '../run/lab-fault.js';
import { stemOf, watchFile } from '../run/race.js';
import { historyOf } from '../run/read-evidence.js';
import { courseOf, type Course } from './course.js';
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
 * history and ticks, trace.json. Resolves with its path. Throws LabFault when there is no result;
 * what else is missing is missing in the report.
 */
export async function writeReport(folder: string): Promise<string> {
  const resultFile = join(folder, 'result.json');
  if (!existsSync(resultFile)) throw new LabFault(`no result at ${resultFile}`);
  const result = resultSchema.parse(JSON.parse(readFileSync(resultFile, 'utf8')));
  const traces = existsSync(tracesFile(folder))
    ? z.array(traceSchema).parse(JSON.parse(readFileSync(tracesFile(folder), 'utf8')))
    : [];
  const courses: Course[] = [];
  for (const run of result.runs.slice(0, RUNS_DRAWN_MAX))
    courses.push(await courseFrom(folder, run)); // one history in memory at a time
  const file = join(folder, 'report.html');
  writeFileSync(file, reportPage({ result, courses, traces }, await reportParts()));
  return file;
}

async function courseFrom(folder: string, run: Run): Promise<Course> {
  const stem = join(folder, stemOf(run));
  const claims = existsSync(historyFile(stem)) ? (await historyOf(historyFile(stem))).claims : [];
  return courseOf(claims, ticksOf(watchFile(stem)), run.rows.total);
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
