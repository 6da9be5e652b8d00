/**
 * `npm run soak`: random faults, one after the other, under a service that is never restarted as a
 * whole. Exit code 1 where something was lost or grew, 130 after Ctrl-C.
 */
import { randomInt } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigFaults } from '@coupon/application';
import { interruptible, wholeNumber } from '@coupon/services';
import { Command } from 'commander';
import { cellsFolder } from '../cell-files.js';
import { revision } from '../revision.js';
import { build } from '../rig.js';
import { subjectNamed, subjects } from '../subject.js';
import { soak, type Soak } from './soak.js';

const SEED_MAX = 2 ** 31 - 1;
const MINUTES_MAX = 1_440;
const MIB = 1_048_576;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

interface Options {
  readonly minutes: number;
  readonly strategy: readonly string[];
  readonly seed?: number;
}

const program = new Command('soak')
  .description('Lets random faults strike a running service for a long time.')
  .option('--minutes <count>', `1 to ${MINUTES_MAX}`, wholeNumber(1, MINUTES_MAX), 60)
  .option(
    '--strategy <names...>',
    `some of ${subjects.map(({ name }) => name).join(', ')}, each at the same time`,
    ['mysql-for-update', 'redis-counter'],
  )
  .option('--seed <number>', 'the same one gives the same faults', wholeNumber(1, SEED_MAX))
  .showHelpAfterError();

process.exitCode = await interruptible(
  { expected: [ConfigFaults], stacks: true },
  async (signal) => {
    const { minutes, strategy, seed = randomInt(1, SEED_MAX) } = program.parse().opts<Options>();
    const chosen = strategy.map(subjectNamed);
    say(`${minutes} min of ${strategy.join(' and ')} at ${await revision()}, seed ${seed}`);
    const builds = await build();
    const options = { builds, durationMs: minutes * 60_000, seed, say, signal };
    const soaks = await Promise.all(chosen.map((subject) => soak({ subject, ...options })));
    for (const one of soaks) report(one);
    return soaks.every(({ faultsFound }) => faultsFound.length === 0) ? 0 : 1;
  },
);
function report(one: Soak): void {
  const file = join(cellsFolder, `soak.${one.strategy}.json`);
  mkdirSync(cellsFolder, { recursive: true });
  writeFileSync(file, `${JSON.stringify(one, null, 2)}\n`);
  const { memoryBytes, handles, databaseConnections, redisConnections } = one.drifts;
  const mib = (bytes: number): string => (bytes / MIB).toFixed(1);
  const minutes = (one.tookMs / 60_000).toFixed(1);
  say(
    [
      '',
      `${one.strategy}: ${minutes} min, ${one.strikes} faults, ${one.claims} claims, ` +
        `${one.grants} granted, ${one.violations} violations`,
      `  memory                ${mib(memoryBytes.first)} to ${mib(memoryBytes.last)} MiB ` +
        `(${(memoryBytes.growth * 100).toFixed(1)} %)`,
      `  handles               ${handles.first} to ${handles.last}`,
      `  database connections  ${databaseConnections.first} to ${databaseConnections.last}`,
      `  Redis connections     ${redisConnections.first} to ${redisConnections.last}`,
      ...one.faultsFound.map((what) => `  ${what}`),
      `  ${file}`,
    ].join('\n'),
  );
}
