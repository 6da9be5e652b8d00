import { ServiceError } from '@coupon/services';

const EXIT_INTERRUPTED = 130;
/** What is left then ends with this process. */
const LAST_RESORT_MS = 4_500;

type ErrorKind = abstract new (...args: never[]) => Error;

/**
 * Runs a command whose signal SIGINT and SIGTERM abort, and resolves with its exit code: 130 after
 * such a signal, 1 after an error. Errors of the kinds `expected` are printed as a sentence, others
 * with their stack.
 */
export async function interruptible(
  expected: readonly ErrorKind[],
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
    process.stderr.write(`${textOf(error, expected)}\n`);
    return 1;
  }
}

function textOf(error: unknown, expected: readonly ErrorKind[]): string {
  if (!(error instanceof Error)) return String(error);
  return expected.some((kind) => error instanceof kind)
    ? error.message
    : (error.stack ?? error.message);
}
