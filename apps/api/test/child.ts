import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Agent, request } from 'node:http';

const project = join(import.meta.dirname, '..');

/** Builds the service as it is shipped, once per spec file. */
export const buildService = (): void =>
  void execFileSync(process.execPath, [join(project, 'build.mjs')]);

/** The built service as a process of its own. */
export interface Child extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  /** Everything that it logged so far. */
  readonly lines: readonly string[];
  kill(signal: 'SIGTERM' | 'SIGKILL'): void;
  /** Resolves with the exit code once it is gone. */
  readonly gone: Promise<number | null>;
}

/**
 * Starts the service and resolves when it listens. Rejects with its last words when it does not.
 */
export async function startChild(env: Readonly<Record<string, string>>): Promise<Child> {
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
      const told: unknown = JSON.parse(line);
      const address: unknown =
        typeof told === 'object' && told !== null ? Reflect.get(told, 'url') : undefined;
      if (typeof address === 'string') resolve(address);
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

/** What came of one claim: its status and reason, or `lost` when no answer came. */
export interface Answered {
  readonly status: number | 'lost';
  readonly reason: string;
}

interface Crowd {
  readonly total: number;
  readonly connections: number;
  /** Called as each claim has left for the server. */
  readonly onSent?: () => void;
}

/**
 * Sends `total` claims over `connections` connections, each the next one as soon as it has its
 * answer.
 */
export async function claimAll(
  url: string,
  token: string,
  couponId: number,
  { total, connections, onSent }: Crowd,
): Promise<readonly Answered[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const answers: Answered[] = [];
  let left = total;
  const user = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      answers.push(
        await claimOnce(agent, `${url}/api/v1/coupons/${couponId}/issue`, token, onSent),
      );
    }
  };
  await Promise.all(Array.from({ length: connections }, user));
  agent.destroy();
  return answers;
}

function claimOnce(
  agent: Agent,
  url: string,
  token: string,
  onSent: () => void = () => undefined,
): Promise<Answered> {
  return new Promise((resolve) => {
    const sent = request(
      url,
      { method: 'POST', agent, headers: { authorization: `Bearer ${token}` } },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk) => (text += chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            reason: /"reason":"(\w+)"/.exec(text)?.[1] ?? '',
          }),
        );
        response.on('error', () => resolve({ status: 'lost', reason: 'answer broke off' }));
      },
    );
    sent.on('error', (error) => resolve({ status: 'lost', reason: error.message }));
    sent.on('finish', onSent);
    sent.end();
  });
}
