import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem, type as osType } from 'node:os';
import { join } from 'node:path';
import { raceResultSchema, type Environment, type RunResult } from '@coupon/results';
import type { Services } from '@coupon/services';
import { execa } from 'execa';
import { resultsFolder, root } from '../run/paths.js';

/** How the folder of a race is called, by its start. */
export const folderNameOf = (startedAt: Date): string =>
  startedAt.toISOString().replace(/[:.]/g, '-');

/** Makes the folder of one race. */
export function openFolder(startedAt: Date): string {
  const folder = join(resultsFolder, folderNameOf(startedAt));
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Where and with what this race is made. */
export async function environmentOf(
  { database, redis, k6 }: Services,
  startedAt: Date,
): Promise<Environment> {
  const git = async (...args: string[]): Promise<string | null> => {
    const { exitCode, stdout } = await execa('git', args, { cwd: root, reject: false });
    return exitCode === 0 ? stdout.trim() : null;
  };
  // What is written about a revision changes nothing of how it runs.
  const [revision, changes] = [
    await git('rev-parse', '--short=12', 'HEAD'),
    await git('status', '--porcelain', '--', '.', ':!docs'),
  ];
  return {
    startedAt: startedAt.toISOString(),
    node: process.version,
    database: database === undefined ? 'none' : `${database.flavour} ${database.version}`,
    redis: redis?.version ?? 'none',
    k6: k6?.version ?? 'none',
    os: `${osType()} ${release()}`,
    cpu: cpus()[0]?.model ?? 'unknown',
    cpus: cpus().length,
    memoryMb: Math.round(totalmem() / 2 ** 20),
    revision: revision === null ? 'no git' : `${revision}${changes ? '+changes' : ''}`,
  };
}

/**
 * Writes `result.json` into the folder, the same as results/latest.json and, where asked for, as
 * `alsoTo`. Returns the file's path.
 */
export function writeResult(
  folder: string,
  command: string,
  environment: Environment,
  runs: readonly RunResult[],
  alsoTo?: string,
): string {
  const result = raceResultSchema.parse({ schemaVersion: 1, command, environment, runs });
  const file = join(folder, 'result.json');
  for (const path of [
    file,
    join(resultsFolder, 'latest.json'),
    ...(alsoTo === undefined ? [] : [alsoTo]),
  ])
    writeFileSync(path, `${JSON.stringify(result, null, 2)}\n`);
  return file;
}
