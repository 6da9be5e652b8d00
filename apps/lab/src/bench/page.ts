import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { median } from '@coupon/checker';
import { root } from '../run/paths.js';
import { barChart } from './bar-chart.js';
import { goals, type BenchResult } from './ratios.js';

const figure = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 3);

/** The systems' own figures: the median of their rounds. */
function ratesTable(samples: BenchResult['samples']): {
  readonly lines: readonly string[];
  readonly bars: readonly (readonly [string, number])[];
} {
  const names = [
    ...new Set(
      samples.map((sample) => `${String(sample['contender'])} @${String(sample['connections'])}`),
    ),
  ];
  const of = (name: string, field: string): number =>
    median(
      samples
        .filter(
          (sample) => `${String(sample['contender'])} @${String(sample['connections'])}` === name,
        )
        .map((sample) => Number(sample[field] ?? Number.NaN)),
    );
  const rows = names.map(
    (name) =>
      [
        name,
        ...['ratePerS', 'p50Ms', 'p99Ms', 'p999Ms', 'cpuUs', 'databaseCpuUs'].map((field) =>
          of(name, field),
        ),
      ] as const,
  );
  return {
    lines: rows.map(
      ([name, rate, p50 = 0, p99 = 0, p999 = 0, cpu = 0, database = 0]) =>
        `| ${name} | ${Math.round(rate ?? 0).toLocaleString('en-US')} | ${p50.toFixed(2)} ` +
        `| ${p99.toFixed(2)} | ${p999.toFixed(2)} | ${cpu.toFixed(1)} | ${database.toFixed(1)} |`,
    ),
    bars: rows.map(([name, rate]) => [name, rate ?? 0]),
  };
}

/** Writes docs/BENCHMARKS.md and docs/benchmarks-rates.svg from a result. */
export function writePage({ command, environment, ratios, samples, notes }: BenchResult): void {
  const docs = join(root, 'docs');
  mkdirSync(docs, { recursive: true });
  const { lines, bars } = ratesTable(samples.filter(({ measure }) => measure !== 'workers'));
  writeFileSync(
    join(docs, 'benchmarks-rates.svg'),
    barChart('Right answers a second, median of the rounds (name @connections)', bars),
  );
  const { cpus, cpu, memoryMb, os, node, database, redis, startedAt } = environment;
  const machine =
    `${cpus} x ${cpu}, ${memoryMb} MB, ${os}, Node ${node}, ${database}, ` + `Redis ${redis}`;
  const page = `# Benchmarks

Written by \`${command} --page\`, ${startedAt}, on ${machine}; each ratio names its revision. \
Load generator, service, database and Redis
share the machine. The systems run in interleaved rounds (A B C, C B A); \
a second of warm-up before each load is not measured. A ratio is the median of
the rounds' ratios, its interval a 95 % bootstrap over the rounds. \
The rows are checked after each load: every figure here comes from sound rows. The
service is the shipped one with its default settings; its database flushes at every commit.

| | what | ratio | interval | goal | | revision |
|---|---|---|---|---|---|---|
${goals
  .flatMap(({ id }) => Object.entries(ratios).filter(([other]) => other === id))
  .map(
    ([id, ratio]) =>
      `| ${id} | ${ratio.what} | **${figure(ratio.median)}** ` +
      `| ${figure(ratio.low)} to ${figure(ratio.high)} ` +
      `| ${ratio.better === 'higher' ? '>=' : '<='} ${ratio.goal} ` +
      `| ${ratio.reached ? 'reached' : '[missed](SCALING.md#why-goals-are-missed)'}` +
      `${ratio.uncertain ? ', uncertain' : ''} | ${ratio.revision} |`,
  )
  .join('\n')}

![rates](benchmarks-rates.svg)

| system @connections | right answers/s | p50 ms | p99 ms | p99.9 ms \
| CPU us/answer: service | database |
|---|---|---|---|---|---|---|
${lines.join('\n')}

Notes of the measures, among them the cost of a second process for each strategy:
${notes.length > 0 ? `\n${notes.map(({ text }) => `- ${text}`).join('\n')}\n` : ''}`;
  writeFileSync(join(docs, 'BENCHMARKS.md'), page);
}
