/**
 * `npm run conformance`: attacks strategies, compares what breaks with what they guarantee, and
 * prints the matrix. Exit code 1 where a strategy is not as it declares.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigFaults } from '@coupon/application';
import { ServiceError, ServiceMissing } from '@coupon/services';
import { loadPlugin, plugins, type Plugin } from '@coupon/strategies';
import { Command } from 'commander';
import { deviations, deviationsIn, type ScenarioReport } from './deviations.js';
import { beginExamination, type Examination } from './examine.js';
import { invariants, type InvariantName } from './invariants.js';
import { lineOf, matrix, writeLine, type MatrixLine } from './matrix.js';
import { scenarios } from './scenarios/index.js';

const resultsFolder = fileURLToPath(new URL('../../../../results/conformance', import.meta.url));
const say = (text: string): void => void process.stdout.write(`${text}\n`);

const EXIT_INTERRUPTED = 130;
/** Ctrl-C must end everything within 5 s; child processes that are left end by themselves. */
const LAST_RESORT_MS = 4_500;

let current: Examination | undefined;
let isStopping = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    isStopping = true;
    process.stderr.write('\nStopping...\n');
    const end = (): never => process.exit(EXIT_INTERRUPTED);
    setTimeout(end, LAST_RESORT_MS);
    void (current?.abandon() ?? Promise.resolve()).then(end, end);
  });
}

const isInvariant = (name: string): name is InvariantName => name in invariants;

async function attack(plugin: Plugin): Promise<MatrixLine> {
  say(`\n${plugin.name}`);
  const reports: ScenarioReport[] = [];
  await using examination = await beginExamination(plugin);
  current = examination;
  void examination.reports().catch(() => undefined); // awaited one by one below
  for (const scenario of scenarios) {
    const report = await examination.report(scenario);
    reports.push(report);
    const faults = deviationsIn(report, plugin.guarantees);
    say(
      `  ${faults.length === 0 ? 'held ' : 'BROKE'} ${scenario.name.padEnd(17)} ` +
        `${(report.tookMs / 1_000).toFixed(1).padStart(5)} s  ${scenario.title}`,
    );
    for (const { invariant, what } of report.breaches.slice(0, 4))
      say(
        '          ' +
          `${faults.some((one) => one.invariant === invariant) ? 'broken' : 'as declared'}: ` +
          `${invariant}: ${what}`,
      );
  }
  const line = lineOf(plugin.name, plugin.guarantees, reports);
  writeLine(join(resultsFolder, `${plugin.name}.json`), line);
  for (const { invariant, scenario, what } of deviations(plugin.guarantees, reports)) {
    const meaning = isInvariant(invariant) ? ` (${invariants[invariant]})` : '';
    say(`  ${invariant}${meaning}, scenario ${scenario}: ${what}`);
  }
  return line;
}

const program = new Command('conformance')
  .description(
    'Attacks strategies on a real database and a real Redis, ' +
      'and compares what breaks with what they declare.',
  )
  .option(
    '--strategy <name>',
    `one of ${plugins.map(({ name }) => name).join(', ')}, ` +
      'or a package or file that exports one; default: all',
  )
  .showHelpAfterError()
  .action(async ({ strategy }: { strategy?: string }) => {
    const chosen = strategy === undefined ? plugins : [await loadPlugin(strategy)];
    const lines: MatrixLine[] = [];
    for (const plugin of chosen) lines.push(await attack(plugin));
    say(`\n${matrix(lines)}`);
    if (lines.some(({ findings }) => findings.length > 0)) process.exitCode = 1;
  });

program.parseAsync().catch((error: unknown) => {
  if (isStopping) return; // the scenario in progress fails, as it must
  const expected = [ConfigFaults, ServiceMissing, ServiceError].some(
    (fault) => error instanceof fault,
  );
  process.stderr.write(
    `${error instanceof Error ? (expected ? error.message : error.stack) : String(error)}\n`,
  );
  process.exitCode = 1;
});
