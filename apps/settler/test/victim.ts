import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const project = join(import.meta.dirname, '..');

/**
 * Builds settler and API as they are shipped, and resolves with their folder: specs that run at the
 * same time need one each.
 */
export function buildBoth(folder: string): string {
  const out = join(project, 'dist', folder);
  execFileSync(process.execPath, [join(project, 'build.mjs'), folder]);
  execFileSync(process.execPath, [
    join(project, '../api/bundle.mjs'),
    join(project, '../api/src/main.ts'),
    join(out, 'api.js'),
  ]);
  return out;
}

/** A process that is killed and started again. */
export class Victim implements AsyncDisposable {
  private child: ChildProcess | undefined;
  /** What it logged, all its lives together. */
  readonly lines: string[] = [];

  constructor(
    private readonly file: string,
    private readonly readyWord: string,
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  /**
   * Starts it and resolves with the line that says it is ready. Rejects with its last words when it
   * ends before.
   */
  async start(own: Readonly<Record<string, string>> = {}): Promise<string> {
    const child = spawn(process.execPath, [this.file], {
      env: { PATH: process.env['PATH'] ?? '', ...this.env, ...own },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    createInterface(child.stderr).on('line', (line) => this.lines.push(line));
    return new Promise((resolve, reject) => {
      createInterface(child.stdout).on('line', (line) => {
        this.lines.push(line);
        if (line.includes(`"${this.readyWord}"`)) resolve(line);
      });
      child.on('close', () => reject(new Error(this.lines.slice(-5).join('\n'))));
    });
  }

  /** SIGKILL: it has no chance to finish anything. */
  kill(): Promise<void> {
    return this.end('SIGKILL');
  }

  /** SIGTERM, and its end awaited. */
  stop(): Promise<void> {
    return this.end('SIGTERM');
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.end('SIGKILL');
  }

  private async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }
}
