import { existsSync } from 'node:fs';
import { execa, type ResultPromise } from 'execa';

/** How long a child may take to end before it is killed. */
const END_MS = 1_500;

const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find((path) => existsSync(path));

/** What a child is given. */
export interface ChildSettings {
  readonly env: Readonly<Record<string, string>>;
  /** Where its output goes. */
  readonly logFile: string;
  /** Ends it: SIGTERM, and SIGKILL if that does not do. */
  readonly signal: AbortSignal;
}

/**
 * The options every child of the lab runs under; spread here so that the type of the result is
 * known.
 */
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

/** A process of the lab's. */
export type Child = ResultPromise<ReturnType<typeof childOptions>>;

/**
 * Starts a process in a group of its own, so that a Ctrl-C reaches only the lab, which ends it in
 * order. Where Linux's setpriv is there, the process also ends when the lab is killed and can end
 * nothing.
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
