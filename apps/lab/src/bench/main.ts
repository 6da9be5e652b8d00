/**
 * `npm run bench`: the shipped service with its default settings against its baselines, in
 * interleaved rounds, every load's rows audited. Prints the ratios beside their goals and writes
 * results/bench.json; `--page` also docs/BENCHMARKS.md and its charts. Exit code 0 only if every
 * answer was right and all rows are sound; with `--quick` also only if no ratio has become far
 * worse than the one that was last written down.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildApi } from '@coupon/api-process';
import { provideServices } from '@coupon/services';
import { Command, InvalidArgumentError } from 'commander';
import { UserError } from '../run/user-error.js';
import { resultsFolder } from '../run/paths.js';
import { environmentOf, openFolder } from '../output/result-file.js';
import { listenerOn } from './cpu-time.js';
import {
  crowds,
  memory,
  oldRows,
  speeds,
  withoutHttp,
  type Bench,
  type Measured,
} from './measures.js';
import { openModel } from './open-model.js';
import { writePage } from './page.js';
import { pollers } from './pollers.js';
import { benchSchema, lineOf, ratioFor, type BenchResult } from './ratios.js';
import { movesSince, readBaseline, writeBaseline } from './regression.js';
import type { Sample } from './rounds.js';
import { workers } from './workers.js';

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => stop.abort(new UserError('stopped')));
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const atLeast =
  (min: number) =>
  (text: string): number => {
    if (/^\d{1,8}$/.test(text) && Number(text) >= min) return Number(text);
    throw new InvalidArgumentError(`must be a whole number from ${min}.`);
  };

const { quick, page, only, rounds, seconds, rows } = new Command('bench')
  .description('how fast the service is, as ratios measured interleaved in one run')
  .option('--quick', 'under 3 minutes: P0 to P3 and P8 only, a regression check', false)
  .option('--page', 'also write docs/BENCHMARKS.md and its charts', false)
  .option(
    '--only <measures>',
    'measured anew, the others kept from results/bench.json; comma separated: speeds, crowds, direct, pollers, rows, memory, open, workers',
    '',
  )
  .option('--rounds <n>', 'rounds of each measure', atLeast(1), 5)
  .option('--seconds <n>', 'of each load', atLeast(1), 3)
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

const measures: Readonly<Record<string, (bench: Bench) => Promise<Measured>>> = {
  speeds: (bench) => speeds(bench, quick),
  crowds,
  direct: withoutHttp,
  pollers: (bench) => pollers(bench, 1),
  rows: (bench) => oldRows(bench, rows),
  memory: (bench) => memory(bench, 5),
  open: openModel,
  workers,
};

const toldOf = ({
  contender,
  round,
  connections,
  ratePerS,
  p50Ms,
  p99Ms,
  p999Ms,
  cpuUs,
  databaseCpuUs,
  wrong,
  damage,
}: Sample): string =>
  `round ${round} ${contender.padEnd(17)} ${String(connections).padStart(5)} connections ${ratePerS.toFixed(0).padStart(7)}/s   p50 ${p50Ms.toFixed(2)} p99 ${p99Ms.toFixed(2)} p99.9 ${p999Ms.toFixed(2)} ms   ` +
  `CPU us: ${cpuUs.toFixed(1)} + database ${databaseCpuUs.toFixed(1)}${wrong > 0 ? `   ${wrong} WRONG ANSWERS` : ''}${damage.length > 0 ? `   DAMAGE: ${damage.join('; ')}` : ''}`;

/** What results/bench.json holds of measures other than `chosen`; null where there is none. */
function earlierResult(chosen: readonly string[]): BenchResult | null {
  const file = join(resultsFolder, 'bench.json');
  const earlier = existsSync(file)
    ? benchSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')))
    : undefined;
  if (earlier?.success !== true) return null;
  const stays = ({ measure }: { readonly measure: string }): boolean => !chosen.includes(measure);
  const { ratios, samples, notes } = earlier.data;
  return {
    ...earlier.data,
    ratios: Object.fromEntries(Object.entries(ratios).filter(([, ratio]) => stays(ratio))),
    samples: samples.filter(stays),
    notes: notes.filter(stays),
  };
}

async function bench(): Promise<number> {
  const chosen = quick ? ['speeds'] : only === '' ? Object.keys(measures) : only.split(',');
  const unknown = chosen.find((name) => measures[name] === undefined);
  if (unknown !== undefined)
    throw new UserError(
      `--only: there is no measure ${unknown}; there are ${Object.keys(measures).join(', ')}`,
    );
  const startedAt = new Date();
  await using services = await provideServices({
    need: ['database', 'redis', 'wrk'],
    log: say,
    signal: stop.signal,
  });
  const { database, redis, wrk } = services;
  if (database === undefined || redis === undefined || wrk === undefined)
    throw new UserError('the benchmark needs a database, Redis and wrk');
  await buildApi();
  const environment = await environmentOf(services, startedAt);
  const kept = only === '' ? null : earlierResult(chosen);
  const samples: (Sample & { readonly measure: string })[] = [];
  const notes = [...(kept?.notes ?? [])];
  let current = '';
  const note = (line: string): void => {
    notes.push({ measure: current, text: line });
    say(line);
  };
  const onSample = (sample: Sample): void => {
    samples.push({ ...sample, measure: current });
    say(toldOf(sample));
  };
  const pace = {
    wrk: wrk.bin,
    seconds: quick ? 2 : seconds,
    connections: 200,
    databasePid: listenerOn(Number(new URL(database.url).port)),
    signal: stop.signal,
  };
  const all: Bench = {
    ground: { database, redis, folder: openFolder(startedAt), signal: stop.signal },
    pace,
    rounds: quick ? 3 : rounds,
    onSample,
    say: note,
  };
  const ratios: Record<string, BenchResult['ratios'][string]> = { ...kept?.ratios };
  const command = `npm run bench${quick ? ' -- --quick' : only === '' ? '' : ` -- --only ${only}`}`;
  const file = join(resultsFolder, 'bench.json');
  for (const name of chosen) {
    current = name;
    say(`\n${name}`);
    const measured = await measures[name]?.(all);
    for (const [id, estimate] of Object.entries(measured?.ratios ?? {}))
      ratios[id] = { ...ratioFor(id, estimate), measure: name, revision: environment.revision };
    // After each measure, so that one that fails, or a Ctrl-C, does not cost the others.
    const result = benchSchema.parse({
      schemaVersion: 1,
      command,
      environment,
      ratios,
      samples: [...(kept?.samples ?? []), ...samples],
      notes,
    });
    writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
    if (!page) continue;
    writePage(result);
    writeBaseline(ratios);
  }
  say('');
  for (const [id, ratio] of Object.entries(ratios)) say(lineOf(id, ratio));
  say(
    `\n${environment.cpus} x ${environment.cpu}, Node ${environment.node}, ${environment.database}, Redis ${environment.redis}, revision ${environment.revision}\nResult: ${file}`,
  );
  const unsound = samples.filter((sample) => sample.wrong > 0 || sample.damage.length > 0);
  if (unsound.length > 0)
    say(
      `${unsound.length} of ${samples.length} loads had wrong answers or unsound rows: a fast wrong answer counts as a failure.`,
    );
  const moves = quick ? movesSince(readBaseline(), ratios) : [];
  for (const { line } of moves) say(line);
  if (quick && moves.length === 0)
    say(
      'No ratio has moved since it was last written down (docs/benchmarks.json), beyond what machines do by themselves.',
    );
  return unsound.length === 0 && moves.every(({ worse }) => !worse) ? 0 : 1;
}

bench().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = stop.signal.aborted ? 130 : 1;
  },
);
