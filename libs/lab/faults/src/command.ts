import { ConfigFaults } from '@coupon/application';
import { interruptible, wholeNumber } from '@coupon/services';
import { Command } from 'commander';
import { faultNamed, faults } from './faults/index.js';
import { pageFacts, writePage } from './faults-page.js';
import { runMatrix, type MatrixResult } from './matrix.js';
import { plansOf } from './plans.js';
import { runOne, type ReportWriter } from './run-one.js';
import { subjectNamed, subjects } from './subject.js';

const list = (things: readonly { readonly name: string }[]): string =>
  things.map(({ name }) => name).join(', ');

interface Options {
  readonly fault?: readonly string[];
  readonly strategy?: readonly string[];
  readonly resume: boolean | readonly string[];
  readonly lanes: number;
  readonly page: boolean;
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const LANES_MAX = 8;

const program = new Command('faults')
  .description('Breaks things under a running service, and compares what happens with predictions.')
  .option('--fault <names...>', `some of ${list(faults)}; default: all`)
  .option('--strategy <names...>', `some of ${list(subjects)}; default: all`)
  .option(
    '--resume [revisions...]',
    'leave out the cells that this revision, or one of these, has finished as predicted',
    false,
  )
  .option(
    '--lanes <count>',
    'cells at the same time, each on servers of its own',
    wholeNumber(1, LANES_MAX),
    2,
  )
  .option('--page', 'write docs/FAULTS.md from all cells', false)
  .showHelpAfterError();

/**
 * `npm run faults`: every fault against every strategy, each cell compared with its prediction.
 * `writeReport` makes the report of a cell that was run alone. Resolves with the exit code: 1 where
 * a cell is not as predicted, 130 after Ctrl-C.
 */
export const runFaults = (writeReport: ReportWriter | null = null): Promise<number> =>
  interruptible({ expected: [ConfigFaults], stacks: true }, async (signal) => {
    const { fault, strategy, resume, lanes, page } = program.parse().opts<Options>();
    const chosenFaults = fault?.map(faultNamed) ?? faults;
    const chosenSubjects = strategy?.map(subjectNamed) ?? subjects;
    const [onlyFault, secondFault] = chosenFaults;
    const [onlySubject, secondSubject] = chosenSubjects;
    const isOne = secondFault === undefined && secondSubject === undefined;
    if (isOne && onlyFault !== undefined && onlySubject !== undefined)
      return (await runOne(onlyFault, onlySubject, { writeReport, signal })) ? 0 : 1;
    const plans = plansOf(chosenFaults, chosenSubjects);
    const resumed = resume === true ? [] : resume;
    const result = await runMatrix(plans, { lanes, resume: resumed, say, signal });
    if (page) await writePage(faults, result.cells, await pageFacts());
    return reported(result);
  });

/** Prints what a matrix came to, and returns the exit code. */
function reported({ cells, failures }: MatrixResult): number {
  const differing = cells.filter(({ deviations }) => deviations.length > 0);
  say(
    `\n${cells.length} cells: ${cells.length - differing.length} as predicted, ` +
      `${differing.length} not; ${failures.length} could not be run`,
  );
  for (const cell of differing)
    say(`${cell.fault} x ${cell.strategy}\n    ${cell.deviations.join('\n    ')}`);
  for (const failure of failures) say(failure);
  return differing.length + failures.length > 0 ? 1 : 0;
}
