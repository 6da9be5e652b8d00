import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const project = join(import.meta.dirname, '..');

/**
 * Builds settler and API as they are shipped, and returns their folder. Specs that run at the same
 * time need a folder each.
 */
export function buildSettlerAndApi(folder: string): string {
  const out = join(project, 'dist', folder);
  execFileSync(process.execPath, [join(project, 'build.mjs'), folder]);
  execFileSync(process.execPath, [
    join(project, '../api/bundle.mjs'),
    join(project, '../api/src/main.ts'),
    join(out, 'api.js'),
  ]);
  return out;
}

/** A process that specs kill and start again; disposing kills it. */
export class RestartableProcess implements AsyncDisposable {
  private child: ChildProcess | undefined;
  /** All that it has logged, over all its starts. */
  readonly lines: string[] = [];

  constructor(
    private readonly file: string,
    private readonly readyMessage: string,
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  /**
   * Starts it, and resolves with the log line of its ready message. Rejects with its last lines
   * when it ends before.
   */
  async start(overrides: Readonly<Record<string, string>> = {}): Promise<string> {
    const child = spawn(process.execPath, [this.file], {
      env: { PATH: process.env['PATH'] ?? '', ...this.env, ...overrides },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    createInterface(child.stderr).on('line', (line) => this.lines.push(line));
    return new Promise((resolve, reject) => {
      createInterface(child.stdout).on('line', (line) => {
        this.lines.push(line);
        if (line.includes(`"${this.readyMessage}"`)) resolve(line);
      });
      child.on('close', () => reject(new Error(this.lines.slice(-5).join('\n'))));
    });
  }

  /** SIGKILL; resolves when it has ended. */
  kill(): Promise<void> {
    return this.end('SIGKILL');
  }

  /** SIGTERM; resolves when it has ended. */
  stop(): Promise<void> {
    return this.end('SIGTERM');
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.end('SIGKILL');
  }

  private async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const { child } = this;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }
}
