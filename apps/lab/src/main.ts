import { ConfigFaults } from '@coupon/application';
import { ServiceError } from '@coupon/services';
import { Command } from 'commander';
import { auditCommand } from './commands/audit.js';
import type { CommandContext } from './commands/command-context.js';
import { compareCommand } from './commands/compare.js';
import { exploreCommand } from './commands/explore.js';
import { labCommand } from './commands/lab.js';
import { raceCommand } from './commands/race.js';
import { reportCommand } from './commands/report.js';
import { reproduceCommand } from './commands/reproduce.js';
import { startCommand } from './commands/start.js';
import { UserError } from './run/user-error.js';

const EXIT_INTERRUPTED = 130;
/**
 * Ctrl-C ends everything within 5 s: children that still run shortly before end with their parent.
 */
const LAST_RESORT_MS = 4_500;

const interrupted = new AbortController();
const { signal } = interrupted;
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    if (signal.aborted) return;
    process.stderr.write('\nStopping...\n');
    interrupted.abort(new UserError('stopped'));
    setTimeout(() => process.exit(EXIT_INTERRUPTED), LAST_RESORT_MS).unref();
  });
}

const context: CommandContext = {
  signal,
  async finish(work) {
    const code = await work;
    process.exitCode = signal.aborted ? EXIT_INTERRUPTED : code;
  },
};

const program = new Command('lab')
  .description('Runs coupon strategies under load and checks the answers against the rows.')
  .showHelpAfterError();
for (const command of [
  startCommand,
  raceCommand,
  reproduceCommand,
  labCommand,
  exploreCommand,
  auditCommand,
  compareCommand,
  reportCommand,
])
  program.addCommand(command(context).copyInheritedSettings(program));

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = signal.aborted ? EXIT_INTERRUPTED : 1;
  if (!signal.aborted) process.stderr.write(`${textOf(error)}\n`);
}

/** Expected errors need no stack; others show theirs where DEBUG is set. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isExpected = [UserError, ConfigFaults, ServiceError].some((type) => error instanceof type);
  return isExpected || process.env['DEBUG'] === undefined
    ? error.message
    : (error.stack ?? error.message);
}
