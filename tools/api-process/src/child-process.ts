import { existsSync } from 'node:fs';
import { execa, type ResultPromise } from 'execa';

/** How long a child process may take to end before it is killed. */
const END_MS = 1_500;

const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find((path) => existsSync(path));

/** How a child process is started. */
interface ChildSettings {
  readonly env: Readonly<Record<string, string>>;
  /** Where its output goes. */
  readonly logFile: string;
  /** Ends it: SIGTERM, and SIGKILL if that does not do. */
  readonly signal: AbortSignal;
}

/** The options of every child process; their literal types decide the type of the result. */
const childOptions = ({ env, logFile, signal }: ChildSettings) =>
  ({
    env: { ...env },
    detached: true,
    stdin: 'ignore',
    stdout: ['pipe', { file: logFile }],
    stderr: { file: logFile, append: true },
    buffer: false,
    reject: false,
    cancelSignal: signal,
    forceKillAfterDelay: END_MS,
  }) as const;

/** A child process; resolves when it has ended, whatever its exit code. */
export type Child = ResultPromise<ReturnType<typeof childOptions>>;

/**
 * Starts a process in a group of its own, so that Ctrl-C reaches only this process, which ends its
 * children in order. Where Linux has setpriv(1), a child also ends when this process is killed.
 */
export function startChild(
  program: string,
  args: readonly string[],
  settings: ChildSettings,
): Child {
  const command =
    setpriv === undefined ? [program, ...args] : [setpriv, '--pdeathsig', 'TERM', program, ...args];
  const [file = program, ...rest] = command;
  return execa(file, rest, childOptions(settings));
}
