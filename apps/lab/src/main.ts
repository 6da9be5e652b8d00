import { ConfigFaults } from '@coupon/application';
import { ServiceError, ServiceMissing } from '@coupon/services';
import { plugins } from '@coupon/strategies';
import { Command, InvalidArgumentError, Option } from 'commander';
import { raceOf, reproduce, start, type RaceOptions } from './commands.js';
import { consoleOf } from './console/console-command.js';
import { exploreOf, type ExploreOptions } from './explore/explore-command.js';
import { auditOf, type AuditOptions } from './check/audit-command.js';
import { compareOf } from './check/compare-command.js';
import { reportOf } from './report/report-command.js';
import { UserError } from './run/user-error.js';
import { profileNames } from './run/profiles.js';

const EXIT_INTERRUPTED = 130;
/**
 * Ctrl-C must end everything within 5 s; what is still there a little before that is left to the
 * children's own guards.
 */
const LAST_RESORT_MS = 4_500;

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (stop.signal.aborted) return;
    process.stderr.write('\nStopping...\n');
    stop.abort(new UserError('stopped'));
    setTimeout(() => process.exit(EXIT_INTERRUPTED), LAST_RESORT_MS).unref();
  });
}

const names = plugins.map((plugin) => plugin.name);

const wholeNumber =
  (min: number, max: number) =>
  (text: string): number => {
    if (/^\d{1,9}$/.test(text) && Number(text) >= min && Number(text) <= max) return Number(text);
    throw new InvalidArgumentError(`must be a whole number from ${min} to ${max}.`);
  };

const finish = (work: Promise<0 | 1>): Promise<void> =>
  work.then((code) => {
    process.exitCode = stop.signal.aborted ? EXIT_INTERRUPTED : code;
  });

const program = new Command('lab')
  .description('Runs coupon strategies under load and judges them by the rows.')
  .showHelpAfterError();

program
  .command('start')
  .description('the race: broken, then fixed')
  .action(() => finish(start(stop.signal)));

program
  .command('race')
  .description('any strategies under any load')
  .requiredOption(
    '--strategies <names>',
    `comma separated: ${names.join(', ')}; built-in: these; comparisons: those around other libraries; all: both; a package; a file, such as ./my-lock.mjs`,
  )
  .addOption(new Option('--profile <name>', 'the load').choices(profileNames).default('smoke'))
  .option('--repeats <n>', 'runs of each strategy, interleaved', wholeNumber(1, 50), 1)
  .option('--instances <n>', 'API processes that share the load', wholeNumber(1, 8), 1)
  .option('--json <file>', 'write the result there too')
  .action((options: RaceOptions) => finish(raceOf(options, stop.signal)));

program
  .command('reproduce')
  .description("the original's full loads")
  .action(() => finish(reproduce(stop.signal)));

program
  .command('lab')
  .description('the live page: start races, watch them, look at earlier ones and at schedules')
  .option('--port <port>', '0: any free port', wholeNumber(0, 65_535), 0)
  .action(({ port }: { port: number }) => finish(consoleOf(port, stop.signal)));

program
  .command('explore')
  .description(
    'every order in which the statements of a few claims can follow each other, played on a real database',
  )
  .requiredOption('--strategy <name>', `${names.join(', ')}, a package or a file`)
  .option('--clients <n>', 'claims at once', wholeNumber(1, 4), 2)
  .option('--instances <n>', 'instances of the strategy; as many as clients', wholeNumber(1, 4))
  .option('--stock <n>', 'coupons that there are; as many as clients', wholeNumber(1, 100))
  .option('--per-user <n>', 'all claims are of one user, who may hold so many', wholeNumber(1, 100))
  .option('--schedules-max <n>', 'stop after so many', wholeNumber(1, 1_000_000), 5_000)
  .option('--random', 'draw that many at random, where there are too many to play them all')
  .option(
    '--blocked-ms <n>',
    'silence after which a statement counts as blocked',
    wholeNumber(1, 1_000),
    15,
  )
  .option('--json <file>', 'write the schedules there')
  .action((options: ExploreOptions) => finish(exploreOf(options, stop.signal)));

program
  .command('audit')
  .description('what the rows say of a coupon; reads only')
  .requiredOption('--coupon <id>', 'its id', wholeNumber(1, 999_999_999))
  .addOption(
    new Option('--database-url <url>', 'where it is').env('DATABASE_URL').makeOptionMandatory(),
  )
  .option('--history <file>', 'what clients were told: the lines that k6 left')
  .option('--strategy <name>', 'hold the rows to the guarantees of that strategy')
  .option('--export <file>', 'write the history there, for outside checkers')
  .option('--json <file>', 'write the findings there')
  .action((options: AuditOptions) => finish(auditOf(options)));

program
  .command('compare')
  .description('what changed beyond noise between two result files')
  .argument('<before>', 'a result.json')
  .argument('<after>', 'another')
  .option('--json <file>', 'write the comparison there')
  .action((before: string, after: string, { json }: { json?: string }) => {
    process.exitCode = compareOf(before, after, json);
  });

program
  .command('report')
  .description('write report.html of a race anew, from what the race left')
  .argument('[folder]', 'results/<time>; the newest, if not given')
  .action((folder: string | undefined) => finish(reportOf(folder)));

program.parseAsync().catch((error: unknown) => {
  process.exitCode = stop.signal.aborted ? EXIT_INTERRUPTED : 1;
  if (stop.signal.aborted) return;
  const expected = [UserError, ConfigFaults, ServiceMissing, ServiceError].some(
    (fault) => error instanceof fault,
  );
  const text =
    error instanceof Error
      ? expected || process.env['DEBUG'] === undefined
        ? error.message
        : error.stack
      : String(error);
  process.stderr.write(`${text}\n`);
});
