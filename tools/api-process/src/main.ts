/** `npm run api`: the service alone on private servers, for a person to try. */
import { ConfigFaults } from '@coupon/application';
import { ServiceError } from '@coupon/services';
import { plugins } from '@coupon/strategies';
import { Command, InvalidArgumentError } from 'commander';
import { tryApi } from './try-api.js';

const EXIT_INTERRUPTED = 130;
/** Ctrl-C ends everything within 5 s: what is left shortly before ends with its parent. */
const LAST_RESORT_MS = 4_500;

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

const portNumber = (text: string): number => {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new InvalidArgumentError('must be a whole number from 0 to 65535.');
};

const configured = process.env['LOCK_STRATEGY'] ?? '';
const program = new Command('api')
  .description('the service alone on private servers')
  .option(
    '--strategy <name>',
    `${plugins.map(({ name }) => name).join(', ')}, a package or a file`,
    configured === '' ? 'mysql-for-update' : configured,
  )
  .option('--port <port>', '0: any free port', portNumber, 0)
  .showHelpAfterError()
  .action(({ strategy, port }: { strategy: string; port: number }) =>
    tryApi(strategy, port, signal),
  );

try {
  await program.parseAsync();
} catch (error) {
  if (!signal.aborted) process.stderr.write(`${textOf(error)}\n`);
  process.exitCode = 1;
}
if (signal.aborted) process.exitCode = EXIT_INTERRUPTED;

/** Expected errors need no stack; others show theirs where DEBUG is set. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isExpected = error instanceof ConfigFaults || error instanceof ServiceError;
  return isExpected || process.env['DEBUG'] === undefined
    ? error.message
    : (error.stack ?? error.message);
}
