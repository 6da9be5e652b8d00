import { resolve } from 'node:path';
import type { RunResult } from '@coupon/results';
import { openProgress } from '../output/progress.js';
import { sentenceOf, tableOf } from '../output/table.js';
import { runRace } from '../run/race.js';
import { expectedMs, type Run } from '../run/run.js';
import { printLine, type ExitCode } from './command-context.js';

/** How a race is run and printed. */
interface PrintSettings {
  /** The command that runs the race again. */
  readonly command: string;
  /** A further file for the result. */
  readonly json?: string | undefined;
  readonly signal: AbortSignal;
  /** Makes a second table, printed below the first. */
  readonly compare?: (results: readonly RunResult[]) => string;
}

/**
 * Runs a race and prints its table, a sentence for each run and where the result is. Resolves with
 * 0 only if every verdict holds.
 */
export async function printRace(
  runs: readonly Run[],
  { command, json, signal, compare }: PrintSettings,
): Promise<ExitCode> {
  const {
    runs: results,
    environment,
    file,
    report,
  } = await runRace(runs, {
    command,
    startedAt: new Date(),
    json: json === undefined ? undefined : resolve(json),
    say: printLine,
    openProgress: () => openProgress(process.stdout, expectedMs(runs)),
    onResult: (result, progress) => progress.say(sentenceOf(result)),
    signal,
  });
  if (results.length > 0) printLine(`\n${tableOf(results)}\n`);
  if (signal.aborted)
    printLine(`Stopped: ${results.length} of ${runs.length} runs finished; they are in ${file}`);
  else {
    if (compare !== undefined) printLine(`${compare(results)}\n`);
    for (const result of results) printLine(sentenceOf(result));
    const { cpus, cpu, memoryMb, node, database, redis, k6, revision } = environment;
    printLine(
      `\n${cpus} x ${cpu}, ${memoryMb} MB, Node ${node}, ${database}, Redis ${redis}, ` +
        `k6 ${k6}, revision ${revision}\nResult: ${file}`,
    );
  }
  if (report !== null) printLine(`Report: ${report}`);
  return !signal.aborted && results.every(({ verdict }) => verdict.holds) ? 0 : 1;
}
