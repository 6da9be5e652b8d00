import { execa } from 'execa';

/** How a program ended. */
export interface ProgramResult {
  /** Stdout and stderr. */
  readonly output: string;
  /** The command line and its last lines of output; null when it succeeded. */
  readonly failure: string | null;
}

interface RunOptions {
  readonly signal?: AbortSignal;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a program to its end, without input. Rejects with the signal's reason when that aborts. */
export async function run(
  [program = '', ...args]: readonly string[],
  timeoutMs: number,
  { signal, env = {} }: RunOptions = {},
): Promise<ProgramResult> {
  const { all, failed, command, shortMessage } = await execa(program, args, {
    all: true,
    reject: false,
    stdin: 'ignore',
    timeout: timeoutMs,
    env,
    ...(signal && { cancelSignal: signal }),
  });
  signal?.throwIfAborted();
  const lastLines = all.trim().split('\n').slice(-5).join('\n');
  return {
    output: all,
    failure: failed ? `${command} failed:\n${lastLines || shortMessage}` : null,
  };
}
