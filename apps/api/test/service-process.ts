import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { apiClient, createCoupon, logIn } from './api-client.js';
import { admin } from './service-fixture.js';

const project = join(import.meta.dirname, '..');
const logLineSchema = z.looseObject({ url: z.string().optional() });

/** Builds the service as it is shipped, once per spec file. */
export const buildService = (): void =>
  void execFileSync(process.execPath, [join(project, 'build.mjs')]);

/** The built service as a process of its own; disposing kills it. */
export interface ServiceProcess extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  /** All that it has logged. */
  readonly lines: readonly string[];
  kill(signal: 'SIGTERM' | 'SIGKILL'): void;
  /** Resolves with the exit code when the process has ended. */
  readonly gone: Promise<number | null>;
}

/**
 * Starts the service and resolves when it listens. Rejects with all it printed when it ends before.
 */
export async function startServiceProcess(
  env: Readonly<Record<string, string>>,
): Promise<ServiceProcess> {
  const child = spawn(process.execPath, [join(project, 'dist/main.js')], {
    env: { PATH: process.env['PATH'] ?? '', ...env, LOG_LEVEL: 'info' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const gone = once(child, 'exit').then(([code]) => (typeof code === 'number' ? code : null));
  const lines: string[] = [];
  const url = new Promise<string>((resolve, reject) => {
    createInterface(child.stderr).on('line', (line) => lines.push(line));
    createInterface(child.stdout).on('line', (line) => {
      lines.push(line);
      const { url: address } = logLineSchema.parse(JSON.parse(line));
      if (address !== undefined) resolve(address);
    });
    child.on('close', () => reject(new Error(lines.join('\n'))));
  });
  return {
    url: await url,
    pid: child.pid ?? 0,
    lines,
    gone,
    kill: (signal) => void child.kill(signal),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}

/** Everything that a service prints when it does not start. */
export const startupError = (env: Readonly<Record<string, string>>): Promise<string> =>
  startServiceProcess(env).then(
    () => 'it started',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );

/** Creates a coupon at the service, and resolves with it and the administrator's token. */
export async function createCouponAt(
  { url }: ServiceProcess,
  totalQuantity: number,
): Promise<{ readonly token: string; readonly couponId: number }> {
  const call = apiClient(url);
  const token = await logIn(call, admin);
  return { token, couponId: await createCoupon(call, token, totalQuantity) };
}
