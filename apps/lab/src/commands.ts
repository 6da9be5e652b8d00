import { resolve } from 'node:path';
import type { RunResult } from '@coupon/results';
import { pluginNamed } from '@coupon/strategies';
import { resolveStrategies } from './run/resolve-strategies.js';
import { readProfile } from './run/profiles.js';
import { expectedMs, interleave, type Run } from './run/run.js';
import { runRace } from './run/race.js';
import { besideTheOriginal } from './output/beside-the-original.js';
import { openProgress } from './output/progress.js';
import { sentenceOf, tableOf } from './output/table.js';

/** Every command resolves with the process's exit code: 0 only if all is as it should be. */
type ExitCode = 0 | 1;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

interface RaceSettings {
  readonly command: string;
  readonly json?: string | undefined;
  readonly signal: AbortSignal;
  /** A second table, below the first. */
  readonly compare?: (runs: readonly RunResult[]) => string;
}

/**
 * Runs the heats one after the other, prints the table and a sentence for each, writes the result.
 * 0 only if every verdict holds.
 */
async function race(
  heats: readonly Run[],
  { command, json, signal, compare }: RaceSettings,
): Promise<ExitCode> {
  const { runs, environment, file, report } = await runRace(heats, {
    command,
    startedAt: new Date(),
    json: json === undefined ? undefined : resolve(json),
    say,
    openProgress: () => openProgress(process.stdout, expectedMs(heats)),
    onRun: (run, progress) => progress.say(sentenceOf(run)),
    signal,
  });
  if (runs.length > 0) say(`\n${tableOf(runs)}\n`);
  if (signal.aborted)
    say(`Stopped: ${runs.length} of ${heats.length} runs were finished and are kept in ${file}`);
  else {
    if (compare !== undefined) say(`${compare(runs)}\n`);
    for (const run of runs) say(sentenceOf(run));
    const { cpus, cpu, memoryMb, node, database, redis, k6, revision } = environment;
    say(
      `\n${cpus} x ${cpu}, ${memoryMb} MB, Node ${node}, ${database}, Redis ${redis}, k6 ${k6}, revision ${revision}\nResult: ${file}`,
    );
  }
  if (report !== null) say(`Report: ${report}`);
  return !signal.aborted && runs.every((run) => run.verdict.holds) ? 0 : 1;
}

/** The newcomer's race: broken first, then two that hold, then the one that is fast as well. */
export function start(signal: AbortSignal): Promise<ExitCode> {
  const [broken, fixed] = [readProfile('broken-short'), readProfile('fixed-short')];
  const heats: Run[] = [
    { plugin: pluginNamed('no-lock'), profile: broken, repeat: 1 },
    { plugin: pluginNamed('redis-spin-lock'), profile: fixed, repeat: 1 },
    { plugin: pluginNamed('mysql-for-update'), profile: fixed, repeat: 1 },
    { plugin: pluginNamed('group-commit'), profile: fixed, repeat: 1 },
  ];
  return race(heats, { command: 'npm start', signal });
}

/** What `npm run race` is asked for. */
export interface RaceOptions {
  /** Names of strategies and of groups of them, packages, files; comma separated. */
  readonly strategies: string;
  readonly profile: string;
  readonly repeats: number;
  readonly instances: number;
  readonly json?: string;
}

/** Any strategies under any profile, repeats interleaved. */
export async function raceOf(
  { strategies, profile, repeats, instances, json }: RaceOptions,
  signal: AbortSignal,
): Promise<ExitCode> {
  const heats = interleave(
    await resolveStrategies(strategies),
    readProfile(profile),
    repeats,
    instances,
  );
  return race(heats, {
    command: `npm run race -- --strategies ${strategies} --profile ${profile} --repeats ${repeats} --instances ${instances}`,
    json,
    signal,
  });
}

/** The original's full loads: broken once, fixed five times, beside the original's own figures. */
export function reproduce(signal: AbortSignal): Promise<ExitCode> {
  const heats: Run[] = [
    { plugin: pluginNamed('no-lock'), profile: readProfile('original-broken'), repeat: 1 },
    ...interleave([pluginNamed('redis-spin-lock')], readProfile('original-fixed'), 5),
  ];
  return race(heats, { command: 'npm run reproduce', signal, compare: besideTheOriginal });
}
