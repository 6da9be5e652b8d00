import { execa } from 'execa';

/**
 * Runs a program without input. Resolves with null when it succeeds, else with its command line and
 * last lines of output. Rejects with the signal's reason when that aborts.
 */
export async function runToEnd(
  program: string,
  args: readonly string[],
  { timeoutMs, signal, env }: RunOptions,
): Promise<string | null> {
  const result = await execa(program, args, {
    all: true,
    reject: false,
    stdin: 'ignore',
    timeout: timeoutMs,
    ...(signal && { cancelSignal: signal }),
    ...(env && { env }),
  });
  signal?.throwIfAborted();
  if (!result.failed) return null;
  const lastLines = result.all.trim().split('\n').slice(-5).join('\n');
  return `${[program, ...args].join(' ')} failed:\n${lastLines || result.shortMessage}`;
}

interface RunOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  readonly env?: Readonly<Record<string, string>>;
}
