import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem, type as osType } from 'node:os';
import { join } from 'node:path';
import { raceResultSchema, type Environment, type RunResult } from '@coupon/results';
import type { Services } from '@coupon/services';
import { execa } from 'execa';
import { resultsFolder, root } from '../run/paths.js';

/** The name of a race's folder. */
export const folderNameOf = (startedAt: Date): string =>
  startedAt.toISOString().replace(/[:.]/g, '-');

/** Creates the folder of a race. */
export function openFolder(startedAt: Date): string {
  const folder = join(resultsFolder, folderNameOf(startedAt));
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** The machine and the versions that a race runs with. */
export async function environmentOf(
  { database, redis, k6 }: Services,
  startedAt: Date,
): Promise<Environment> {
  const git = async (...args: string[]): Promise<string | null> => {
    const { exitCode, stdout } = await execa('git', args, { cwd: root, reject: false });
    return exitCode === 0 ? stdout.trim() : null;
  };
  // Changes of the documentation do not change how a revision runs.
  const revision = await git('rev-parse', '--short=12', 'HEAD');
  const changes = await git('status', '--porcelain', '--', '.', ':!docs');
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

/** Writes `result.json` into the folder, results/latest.json and `alsoTo`. Returns its path. */
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
