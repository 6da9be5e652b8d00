/**
 * `npm run bench`: the shipped service with its default settings against its baselines, in
 * interleaved rounds; the rows of every load are checked. Prints the ratios beside their goals and
 * writes results/bench.json; with `--page` also docs/BENCHMARKS.md and its charts. Exit code 0 only
 * if every answer was right and all rows are sound; with `--quick` also only if no ratio is far
 * worse than in docs/benchmarks.json.
 */
import { Command, InvalidArgumentError } from 'commander';
import { UserError } from '../run/user-error.js';
import {
  connectionCounts,
  httpOverhead,
  memory,
  oldRows,
  speeds,
  withoutHttp,
  type Bench,
  type MeasureResult,
} from './measures.js';
import { openModel } from './open-model.js';
import { pollers } from './pollers.js';
import { lineOf } from './ratios.js';
import { movesSince, readBaseline } from './regression.js';
import { runMeasures, type MeasuresSettings } from './run-measures.js';
import { workers } from './workers.js';

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => interrupted.abort(new UserError('stopped')));
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const atLeast =
  (min: number) =>
  (text: string): number => {
    if (/^\d{1,8}$/.test(text) && Number(text) >= min) return Number(text);
    throw new InvalidArgumentError(`must be a whole number from ${min}.`);
  };

const { quick, page, only, rounds, seconds, rows } = new Command('bench')
  .description('measure how fast the service is, as ratios of interleaved rounds')
  .option('--quick', 'a regression check in under 3 minutes: P0 to P3 and P8 only', false)
  .option('--page', 'also write docs/BENCHMARKS.md and its charts', false)
  .option(
    '--only <measures>',
    'run only these and keep the others from results/bench.json; comma separated: ' +
      'speeds, crowds, direct, pollers, rows, memory, open, workers, P0',
    '',
  )
  .option('--rounds <n>', 'rounds of each measure', atLeast(1), 5)
  .option('--seconds <n>', 'duration of each load', atLeast(1), 3)
  .option('--rows <n>', 'rows of P9', atLeast(1_000), 10_000_000)
  .parse()
  .opts<{
    quick: boolean;
    page: boolean;
    only: string;
    rounds: number;
    seconds: number;
    rows: number;
  }>();

type Measure = (bench: Bench) => Promise<MeasureResult>;

const measures: ReadonlyMap<string, Measure> = new Map<string, Measure>([
  ['speeds', (bench) => speeds(bench, quick)],
  ['crowds', connectionCounts],
  ['direct', withoutHttp],
  ['pollers', (bench) => pollers(bench, 1)],
  ['rows', (bench) => oldRows(bench, rows)],
  ['memory', (bench) => memory(bench, 5)],
  ['open', openModel],
  ['workers', workers],
]);
/** Part of another measure; run alone by `npm run bench:http`. */
const partial: ReadonlyMap<string, Measure> = new Map([['P0', httpOverhead]]);

function chosenMeasures(): ReadonlyMap<string, Measure> {
  if (quick) return new Map([...measures].filter(([name]) => name === 'speeds'));
  if (only === '') return measures;
  const known = new Map([...measures, ...partial]);
  return new Map(
    only.split(',').map((name) => {
      const measure = known.get(name);
      if (measure !== undefined) return [name, measure];
      throw new UserError(
        `--only: there is no measure ${name}; there are ${[...known.keys()].join(', ')}`,
      );
    }),
  );
}

async function bench(): Promise<number> {
  const settings: MeasuresSettings = {
    command: `npm run bench${quick ? ' -- --quick' : only === '' ? '' : ` -- --only ${only}`}`,
    keepOthers: only !== '',
    page,
    rounds: quick ? 3 : rounds,
    seconds: quick ? 2 : seconds,
    say,
    signal: interrupted.signal,
  };
  const { result, samples, file } = await runMeasures(chosenMeasures(), settings);
  const { environment, ratios } = result;
  say('');
  for (const [id, ratio] of Object.entries(ratios)) say(lineOf(id, ratio));
  say(
    `\n${environment['cpus']} x ${environment['cpu']}, Node ${environment['node']}, ` +
      `${environment['database']}, Redis ${environment['redis']}, ` +
      `revision ${environment['revision']}\nResult: ${file}`,
  );
  const unsound = samples.filter(({ wrong, damage }) => wrong > 0 || damage.length > 0);
  if (unsound.length > 0)
    say(
      `${unsound.length} of ${samples.length} loads had wrong answers or unsound rows: ` +
        'a fast wrong answer counts as a failure.',
    );
  const moves = quick ? movesSince(readBaseline(), ratios) : [];
  for (const { line } of moves) say(line);
  if (quick && moves.length === 0)
    say('No ratio differs from docs/benchmarks.json by more than machines vary.');
  return unsound.length === 0 && moves.every(({ worse }) => !worse) ? 0 : 1;
}

try {
  process.exitCode = await bench();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = interrupted.signal.aborted ? 130 : 1;
}
