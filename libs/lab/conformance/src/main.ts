/**
 * `npm run conformance`: holds strategies to their laws and guarantees, and prints the matrix. Exit
 * code 1 where one is not as it says.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigFaults } from '@coupon/application';
import { ServiceError, ServiceMissing } from '@coupon/services';
import { loadPlugin, plugins, type Plugin } from '@coupon/strategies';
import { Command } from 'commander';
import {
  beginExamination,
  findings,
  findingsOf,
  type Examination,
  type ScenarioReport,
} from './examine.js';
import { invariants, type InvariantName } from './invariants.js';
import { lineOf, matrix, writeLine, type Line } from './matrix.js';
import { scenarios } from './scenarios/index.js';

const resultsFolder = fileURLToPath(new URL('../../../../results/conformance', import.meta.url));
const say = (text: string): void => void process.stdout.write(`${text}\n`);

const EXIT_INTERRUPTED = 130;
/** Ctrl-C must end everything within 5 s; children that are left end by their own guards. */
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

const isLaw = (name: string): name is InvariantName => name in invariants;

async function tryOut(plugin: Plugin): Promise<Line> {
  say(`\n${plugin.name}`);
  const reports: ScenarioReport[] = [];
  await using examination = await beginExamination(plugin);
  current = examination;
  for (const trial of scenarios) {
    const report = await examination.report(trial);
    reports.push(report);
    const wrong = findingsOf(report, plugin.guarantees);
    say(
      `  ${wrong.length === 0 ? 'kept ' : 'BROKE'} ${trial.name.padEnd(17)} ${(report.tookMs / 1_000).toFixed(1).padStart(5)} s  ${trial.title}`,
    );
    for (const { law, what } of report.breaches.slice(0, 4))
      say(
        `          ${wrong.some((one) => one.law === law) ? 'broken' : 'as declared'}: ${law}: ${what}`,
      );
  }
  const line = lineOf(plugin.name, plugin.guarantees, reports);
  writeLine(join(resultsFolder, `${plugin.name}.json`), line);
  for (const { law, trial, what } of findings(plugin.guarantees, reports))
    say(`  ${law}${isLaw(law) ? ` (${invariants[law]})` : ''}, trial ${trial}: ${what}`);
  return line;
}

const program = new Command('conformance')
  .description(
    'Attacks strategies on a real database and a real Redis, and compares what breaks with what they declare.',
  )
  .option(
    '--strategy <name>',
    `one of ${plugins.map(({ name }) => name).join(', ')}, or a package or file that exports one; default: all`,
  )
  .showHelpAfterError()
  .action(async ({ strategy }: { strategy?: string }) => {
    const chosen = strategy === undefined ? plugins : [await loadPlugin(strategy)];
    const lines: Line[] = [];
    for (const plugin of chosen) lines.push(await tryOut(plugin));
    say(`\n${matrix(lines)}`);
    if (lines.some(({ findings: wrong }) => wrong.length > 0)) process.exitCode = 1;
  });

program.parseAsync().catch((error: unknown) => {
  if (isStopping) return; // what was under way fails, as it must
  const expected = [ConfigFaults, ServiceMissing, ServiceError].some(
    (fault) => error instanceof fault,
  );
  process.stderr.write(
    `${error instanceof Error ? (expected ? error.message : error.stack) : String(error)}\n`,
  );
  process.exitCode = 1;
});
