import { ServiceError } from './service-error.js';

const EXIT_INTERRUPTED = 130;
/** Everything must end within 5 s: what is left shortly before ends with this process. */
const LAST_RESORT_MS = 4_500;

type ErrorKind = abstract new (...args: never[]) => Error;

/** How the errors of a command are printed. */
export interface ErrorPrinting {
  /** Kinds of error that need no stack, besides ServiceError. */
  readonly expected: readonly ErrorKind[];
  /** Whether other errors are printed with their stack. */
  readonly stacks: boolean;
}

/**
 * Runs a command whose signal SIGINT and SIGTERM abort, and resolves with its exit code: 130 after
 * such a signal, 1 after an error, which is printed.
 */
export async function interruptible(
  printing: ErrorPrinting,
  run: (signal: AbortSignal) => Promise<number>,
): Promise<number> {
  const interrupted = new AbortController();
  const { signal } = interrupted;
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (signal.aborted) return;
      process.stderr.write('\nStopping...\n');
      interrupted.abort(new ServiceError('stopped'));
      setTimeout(() => process.exit(EXIT_INTERRUPTED), LAST_RESORT_MS).unref();
    });
  }
  try {
    const exitCode = await run(signal);
    return signal.aborted ? EXIT_INTERRUPTED : exitCode;
  } catch (error) {
    if (signal.aborted) return EXIT_INTERRUPTED;
    process.stderr.write(`${textOf(error, printing)}\n`);
    return 1;
  }
}

function textOf(error: unknown, { expected, stacks }: ErrorPrinting): string {
  if (!(error instanceof Error)) return String(error);
  const isExpected = [ServiceError, ...expected].some((kind) => error instanceof kind);
  return isExpected || !stacks ? error.message : (error.stack ?? error.message);
}
