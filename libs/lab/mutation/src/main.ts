/**
 * `npm run mutation`: puts small faults into the strategies, lets the conformance kit attack each
 * of them, and prints the share that it kills. Exit code 1 below the wanted score.
 */
import { Command } from 'commander';
import type { Examined } from './examine-mutant.js';
import { examineAll } from './examine-all.js';
import { allMutants, type GeneratedMutant } from './mutants.js';
import { writePage } from './page.js';
import { readEquivalents, readResults, writeResults } from './results.js';
import {
  fateOf,
  grouped,
  percent,
  scoreOf,
  SCORE_MIN,
  tally,
  terminalTable,
  type Fate,
} from './score.js';
import { mutatedFiles } from './targets.js';

interface Options {
  readonly strategy?: string;
  readonly operator?: string;
  readonly id?: string;
  readonly resume?: true;
  readonly scenario?: string;
  readonly list?: true;
  readonly page?: true;
  readonly json?: true;
  readonly jobs?: string;
}

const EXIT_INTERRUPTED = 130;
// Runners end with this process, and results are written after each mutant.
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => process.exit(EXIT_INTERRUPTED));

const say = (text: string): void => void process.stdout.write(`${text}\n`);

const isChosen = ({ id, operator, file }: GeneratedMutant, options: Options): boolean =>
  (options.id === undefined || id.startsWith(options.id)) &&
  (options.operator === undefined || operator === options.operator) &&
  (options.strategy === undefined ||
    file.target === options.strategy ||
    file.hosts.includes(options.strategy));

const describe = (mutant: GeneratedMutant): string =>
  `${mutant.id}: ${mutant.what}\n${mutant.diff}`;

const lineOf = (mutant: GeneratedMutant, { status, killer, what }: Examined): string =>
  status === 'survived'
    ? `SURVIVED ${describe(mutant)}`
    : `${status} ${mutant.id} by ${killer?.scenario ?? ''}, ` +
      `${killer?.invariant ?? ''}: ${what ?? ''}`;

function report(mutants: readonly GeneratedMutant[], options: Options): void {
  const results = readResults();
  const equivalents = readEquivalents();
  const fate = (mutant: GeneratedMutant): Fate => fateOf(mutant, results, equivalents);
  const total = tally(mutants.map(fate));
  const survivors = mutants.filter((mutant) => ['survived', 'unknown'].includes(fate(mutant)));
  if (scoreOf(total) < SCORE_MIN) process.exitCode = 1;
  if (options.json === true) {
    const list = mutants.map((mutant) => ({
      id: mutant.id,
      what: mutant.what,
      fate: fate(mutant),
      killer: results.get(mutant.id)?.killer ?? null,
      reason: equivalents.get(mutant.id) ?? null,
      diff: mutant.diff,
    }));
    say(JSON.stringify({ score: scoreOf(total), ...total, mutants: list }, null, 2));
    return;
  }
  for (const mutant of survivors) say(`\n${fate(mutant)} ${describe(mutant)}`);
  say(
    terminalTable(
      'strategy or piece',
      grouped(mutants, ({ file }) => file.target, fate),
    ),
  );
  say(
    terminalTable(
      'operator',
      grouped(mutants, ({ operator }) => operator, fate),
    ),
  );
  say(terminalTable('', [['all', total]]));
  say(`mutation score: ${percent(scoreOf(total))}`);
}

async function run(options: Options): Promise<void> {
  const all = allMutants(mutatedFiles());
  const chosen = all.filter((mutant) => isChosen(mutant, options));
  const results = readResults();
  const equivalents = readEquivalents();
  const isFresh = ({ id, fingerprint }: GeneratedMutant): boolean =>
    results.get(id)?.fingerprint === fingerprint;
  const tell =
    options.json === true ? (text: string) => void process.stderr.write(`${text}\n`) : say;
  if (options.list !== true && options.page !== true) {
    const faults = chosen.filter(({ id }) => !equivalents.has(id) || id === options.id);
    const due = faults.filter((mutant) => options.resume !== true || !isFresh(mutant));
    let done = 0;
    const onResult = (mutant: GeneratedMutant, examined: Examined): void => {
      done += 1;
      if (options.scenario !== undefined && examined.status === 'survived') return;
      const { fingerprint, status, killer } = examined;
      results.set(mutant.id, { fingerprint, status, ...(killer === undefined ? {} : { killer }) });
      writeResults(results, all);
      tell(`${done}/${due.length} ${lineOf(mutant, examined)}`);
    };
    const only = options.scenario?.split(',');
    const extent = { ...(only === undefined ? {} : { only }), atOnce: Number(options.jobs ?? 2) };
    await examineAll(due, results, onResult, extent);
  }
  if (options.page === true) writePage(all, results, equivalents);
  report(chosen, options);
}

const program = new Command('mutation')
  .description('Puts small faults into the strategies and counts those that the kit finds.')
  .option('--strategy <name>', 'only in this strategy, or in this piece of several')
  .option('--operator <name>', 'only this kind of fault')
  .option('--id <prefix>', 'only the mutants whose id begins so')
  .option('--resume', 'only those without a result')
  .option('--scenario <names>', 'only by these; what they do not kill keeps its result')
  .option('--list', 'examine none: print what is known')
  .option('--page', 'examine none: write the tables of docs/CONFORMANCE.md')
  .option('--json', 'print the result as JSON')
  .option('--jobs <number>', 'mutants examined at the same time', '2')
  .showHelpAfterError()
  .action(run);

await program.parseAsync();
