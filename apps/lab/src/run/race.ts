import { buildApi } from '@coupon/api-process';
import type { Environment, RunResult } from '@coupon/results';
import { provideServices } from '@coupon/services';
import { tracesOf } from '../report/trace.js';
import { writeReport, writeTraces } from '../report/write-report.js';
import type { Progress } from '../output/progress.js';
import { environmentOf, openFolder, writeResult } from '../output/result-file.js';
import { executeRun, type Run, type RunContext } from './run.js';

/** How a race is run. */
export interface RaceSettings extends Pick<RunContext, 'onTick' | 'onEvent'> {
  /** The command that runs the race again; kept in the result. */
  readonly command: string;
  /** Names the race's folder in results/. */
  readonly startedAt: Date;
  /** A further file for the result. */
  readonly json?: string | undefined;
  /** Receives a line when a service is installed or started, and about the report. */
  readonly say: (line: string) => void;
  /** Called when all services run; disposed with the last run. */
  readonly openProgress: () => Progress;
  /** Receives the result of each run. */
  readonly onResult?: (result: RunResult, progress: Progress) => void;
  readonly signal: AbortSignal;
}

/** The results of a race, and the files they are in. */
export interface RaceOutcome {
  /** Of the runs that finished. */
  readonly runs: readonly RunResult[];
  readonly environment: Environment;
  readonly folder: string;
  /** result.json */
  readonly file: string;
  /** report.html; null when it could not be written. */
  readonly report: string | null;
}

/**
 * Executes runs one after the other on private services and writes result and report; a race whose
 * signal was aborted resolves with the runs that finished. Rejects with UserError or ServiceError
 * when a process does not start, with the signal's reason when it is aborted before the first run.
 */
export async function runRace(runs: readonly Run[], settings: RaceSettings): Promise<RaceOutcome> {
  const { command, startedAt, json, say, openProgress, onResult, onTick, onEvent, signal } =
    settings;
  await using services = await provideServices({
    need: ['database', 'redis', 'k6'],
    log: say,
    signal,
  });
  await buildApi();
  const environment = await environmentOf(services, startedAt);
  const folder = openFolder(startedAt);
  const results: RunResult[] = [];
  try {
    using progress = openProgress();
    for (const run of runs) {
      const result = await executeRun(run, {
        services,
        folder,
        progress,
        signal,
        ...(onTick && { onTick }),
        ...(onEvent && { onEvent }),
      });
      results.push(result);
      onResult?.(result, progress);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  const file = writeResult(folder, command, environment, results, json);
  return {
    runs: results,
    environment,
    folder,
    file,
    report: await reportOf(runs, { results, folder, services, say, signal }),
  };
}

interface ReportInput extends Pick<RaceOutcome, 'folder'>, Pick<RunContext, 'services' | 'signal'> {
  readonly results: readonly RunResult[];
  readonly say: (line: string) => void;
}

/** Writes the report; a failure is reported and does not fail the race. */
async function reportOf(
  runs: readonly Run[],
  { results, folder, services, say, signal }: ReportInput,
): Promise<string | null> {
  try {
    const raced = results.flatMap(({ instances, verdict }, n) => {
      const plugin = runs[n]?.plugin;
      return plugin === undefined ? [] : [{ plugin, instances, sound: verdict.sound }];
    });
    if (!signal.aborted) say('Drawing the race: two claims in every order, on the real database');
    writeTraces(folder, await tracesOf(raced, { services, say, signal }));
    return await writeReport(folder);
  } catch (error) {
    say(`no report: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  }
}
