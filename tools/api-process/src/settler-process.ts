import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ServiceError } from '@coupon/services';
import { execa } from 'execa';
import { z } from 'zod';
import { startChild, type Child } from './child-process.js';
import { readyLine } from './ready-line.js';

/** The settler's project, where it is built. */
const settlerFolder = fileURLToPath(new URL('../../../apps/settler', import.meta.url));
const settlingSchema = z.object({ msg: z.literal('settling') });

/** Builds the settler into one bundle, in a folder of that name, and returns its file. */
export async function buildSettler(folder: string): Promise<string> {
  await execa(process.execPath, ['build.mjs', folder], { cwd: settlerFolder });
  return join(settlerFolder, 'dist', folder, 'main.js');
}

/** How a settler process is started. */
export interface SettlerProcessSettings {
  /** What {@link buildSettler} returned. */
  readonly file: string;
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
  readonly signal: AbortSignal;
}

/** Starts the built settler and waits until it settles. Rejects with ServiceError. */
export async function startSettler({
  file,
  env,
  logFile,
  signal,
}: SettlerProcessSettings): Promise<{ readonly child: Child }> {
  const child = startChild(process.execPath, [file], { env, logFile, signal });
  if ((await readyLine(child, settlingSchema)) !== null) return { child };
  child.kill('SIGKILL');
  await child;
  signal.throwIfAborted();
  throw new ServiceError(
    `the settler did not start:\n${readFileSync(logFile, 'utf8').slice(-2_000)}`,
  );
}
