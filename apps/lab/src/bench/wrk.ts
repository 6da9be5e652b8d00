import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { z } from 'zod';
import { UserError } from '../run/user-error.js';

const script = join(dirname(fileURLToPath(import.meta.url)), 'wrk.lua');
const doneSchema = z.object({
  requests: z.int(),
  durationUs: z.int(),
  refused: z.int(),
  broken: z.int(),
  p50Us: z.number(),
  p99Us: z.number(),
  p999Us: z.number(),
});

/** wrk's summary: `refused` answers are not 2xx, `broken` connections failed. */
export type WrkSummary = z.infer<typeof doneSchema>;

/** A closed load: every connection sends its next request when it has its answer. */
export interface ClosedLoad {
  readonly bin: string;
  readonly url: string;
  readonly token: string;
  /** A path that is listed twice gets two shares. */
  readonly paths: readonly string[];
  readonly connections: number;
  readonly seconds: number;
  readonly signal: AbortSignal;
}

/** Runs wrk to its end. Throws UserError when wrk fails. */
export async function closedLoad({
  bin,
  url,
  token,
  paths,
  connections,
  seconds,
  signal,
}: ClosedLoad): Promise<WrkSummary> {
  const args = [
    '-t1',
    `-c${connections}`,
    `-d${seconds}s`,
    '--timeout',
    '10s',
    '-s',
    script,
    '-H',
    `Authorization: Bearer ${token}`,
    url,
  ];
  const { stdout, exitCode } = await execa(bin, args, {
    env: { PATHS: paths.join('\n') },
    reject: false,
    cancelSignal: signal,
  });
  signal.throwIfAborted();
  const line = stdout.split('\n').findLast((one) => one.startsWith('{'));
  if (exitCode !== 0 || line === undefined)
    throw new UserError(`wrk ended with ${exitCode ?? 'a signal'}: ${stdout}`);
  return doneSchema.parse(JSON.parse(line));
}
