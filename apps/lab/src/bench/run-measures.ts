import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildApi } from '@coupon/api-process';
import { provideServices } from '@coupon/services';
import { environmentOf, openFolder } from '../output/result-file.js';
import { resultsFolder } from '../run/paths.js';
import { readJson } from '../run/read-json.js';
import { UserError } from '../run/user-error.js';
import { listenerOn } from './cpu-time.js';
import type { Bench, MeasureResult } from './measures.js';
import { writePage } from './page.js';
import { benchSchema, ratioFor, type BenchResult } from './ratios.js';
import { writeBaseline } from './regression.js';
import type { Sample } from './rounds.js';

/** How measures are run. */
export interface MeasuresSettings {
  /** Kept in the result. */
  readonly command: string;
  /** Keeps the other measures of results/bench.json. */
  readonly keepOthers: boolean;
  /** Also writes docs/BENCHMARKS.md and docs/benchmarks.json. */
  readonly page: boolean;
  readonly rounds: number;
  /** The duration of each load. */
  readonly seconds: number;
  /** Receives a line for each sample and note. */
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** What the measures found. */
export interface MeasuresOutcome {
  readonly result: BenchResult;
  /** The samples of this run, without those kept. */
  readonly samples: readonly Sample[];
  readonly file: string;
}

const CONNECTIONS = 200;
const file = join(resultsFolder, 'bench.json');

/**
 * Runs measures one after the other on private servers and writes results/bench.json after each, so
 * that a failure or Ctrl-C does not lose the earlier ones. Rejects with UserError or ServiceError.
 */
export async function runMeasures(
  measures: ReadonlyMap<string, (bench: Bench) => Promise<MeasureResult>>,
  { command, keepOthers, page, rounds, seconds, say, signal }: MeasuresSettings,
): Promise<MeasuresOutcome> {
  const startedAt = new Date();
  await using services = await provideServices({
    need: ['database', 'redis', 'wrk'],
    log: say,
    signal,
  });
  const { database, redis, wrk } = services;
  if (wrk === undefined) throw new UserError('the benchmark needs wrk');
  await buildApi();
  const environment = await environmentOf(services, startedAt);
  const others = keepOthers ? resultWithout(new Set(measures.keys())) : null;
  let result: BenchResult = {
    schemaVersion: 1,
    command,
    environment,
    ratios: others?.ratios ?? {},
    samples: others?.samples ?? [],
    notes: others?.notes ?? [],
  };
  const samples: Sample[] = [];
  for (const [name, measure] of measures) {
    say(`\n${name}`);
    const { ratios } = await measure({
      environment: { database, redis, folder: openFolder(startedAt), signal },
      load: {
        wrk: wrk.bin,
        seconds,
        connections: CONNECTIONS,
        databasePid: listenerOn(Number(new URL(database.url).port)),
        signal,
      },
      rounds,
      onSample(sample) {
        samples.push(sample);
        result.samples.push({ ...sample, measure: name });
        say(sampleLine(sample));
      },
      say(line) {
        result.notes.push({ measure: name, text: line });
        say(line);
      },
    });
    for (const [id, estimate] of Object.entries(ratios))
      result.ratios[id] = {
        ...ratioFor(id, estimate),
        measure: name,
        revision: environment.revision,
      };
    result = benchSchema.parse(result);
    writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
    if (!page) continue;
    writePage(result);
    writeBaseline(result.ratios);
  }
  return { result, samples, file };
}

/** results/bench.json without some measures; null where there is none. */
function resultWithout(names: ReadonlySet<string>): BenchResult | null {
  const earlier = readJson(file, benchSchema);
  if (earlier === null) return null;
  const stays = ({ measure }: { readonly measure: string }): boolean => !names.has(measure);
  const { ratios, samples, notes } = earlier;
  return {
    ...earlier,
    ratios: Object.fromEntries(Object.entries(ratios).filter(([, ratio]) => stays(ratio))),
    samples: samples.filter(stays),
    notes: notes.filter(stays),
  };
}

function sampleLine(sample: Sample): string {
  const { contender, round, connections, ratePerS, p50Ms, p99Ms, p999Ms, wrong, damage } = sample;
  const rate =
    `round ${round} ${contender.padEnd(17)} ${String(connections).padStart(5)} connections ` +
    `${ratePerS.toFixed(0).padStart(7)}/s`;
  const latency = `p50 ${p50Ms.toFixed(2)} p99 ${p99Ms.toFixed(2)} p99.9 ${p999Ms.toFixed(2)} ms`;
  const cpu = `CPU us: ${sample.cpuUs.toFixed(1)} + database ${sample.databaseCpuUs.toFixed(1)}`;
  const faults = [
    ...(wrong > 0 ? [`${wrong} WRONG ANSWERS`] : []),
    ...(damage.length > 0 ? [`DAMAGE: ${damage.join('; ')}`] : []),
  ];
  return [rate, latency, cpu, ...faults].join('   ');
}
