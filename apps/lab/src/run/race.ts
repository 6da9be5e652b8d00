import { buildApi } from '@coupon/api-process';
import type { Environment, RunResult } from '@coupon/results';
import { provideServices } from '@coupon/services';
import { tracesOf } from '../report/trace.js';
import { writeReport, writeTraces } from '../report/write-report.js';
import type { Progress } from '../output/progress.js';
import { environmentOf, openFolder, writeResult } from '../output/result-file.js';
import { runOnce, type Run, type RunContext } from './run.js';

/** What a race is given beside its heats. */
export interface RaceSettings extends Pick<RunContext, 'onTick' | 'onEvent'> {
  /** How it can be run again; stands in the result. */
  readonly command: string;
  /** Names its folder in results/. */
  readonly startedAt: Date;
  /** The result is written there too. */
  readonly json?: string | undefined;
  /** Told what is installed or started before the first heat, and of the report after the last. */
  readonly say: (line: string) => void;
  /** Opened when all services run; disposed with the last heat. */
  readonly openProgress: () => Progress;
  /** Hears of each run when it is judged. */
  readonly onRun?: (run: RunResult, progress: Progress) => void;
  readonly signal: AbortSignal;
}

/** What a race left: the runs that were finished, and where they stand. */
export interface RaceOutcome {
  readonly runs: readonly RunResult[];
  readonly environment: Environment;
  readonly folder: string;
  /** result.json */
  readonly file: string;
  /** report.html; null when it could not be written. */
  readonly report: string | null;
}

/**
 * Runs heats one after the other on services of its own and writes result and report, also of a
 * race that was stopped: look at the signal. Rejects with UserError or ServiceError when something
 * does not start, with the signal's reason when that comes before the first heat.
 */
export async function runRace(heats: readonly Run[], settings: RaceSettings): Promise<RaceOutcome> {
  const { command, startedAt, json, say, openProgress, onRun, onTick, onEvent, signal } = settings;
  await using services = await provideServices({
    need: ['database', 'redis', 'k6'],
    log: say,
    signal,
  });
  await buildApi();
  const environment = await environmentOf(services, startedAt);
  const folder = openFolder(startedAt);
  const runs: RunResult[] = [];
  try {
    using progress = openProgress();
    for (const heat of heats) {
      const run = await runOnce(heat, {
        services,
        folder,
        progress,
        signal,
        ...(onTick && { onTick }),
        ...(onEvent && { onEvent }),
      });
      runs.push(run);
      onRun?.(run, progress);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  const file = writeResult(folder, command, environment, runs, json);
  return {
    runs,
    environment,
    folder,
    file,
    report: await reportOf(heats, { runs, folder, services, say, signal }),
  };
}

interface Reported
  extends Pick<RaceOutcome, 'runs' | 'folder'>, Pick<RunContext, 'services' | 'signal'> {
  readonly say: (line: string) => void;
}

/** The report is for people: a race whose report cannot be written is judged all the same. */
async function reportOf(
  heats: readonly Run[],
  { runs, folder, services, say, signal }: Reported,
): Promise<string | null> {
  try {
    const raced = runs.flatMap(({ instances, verdict }, n) => {
      const plugin = heats[n]?.plugin;
      return plugin === undefined ? [] : [{ plugin, instances, sound: verdict.sound }];
    });
    if (!signal.aborted) say('Drawing the race: two claims in every order, on the real database');
    writeTraces(folder, await tracesOf(raced, services, signal));
    return await writeReport(folder);
  } catch (error) {
    say(`no report: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  }
}
