import { writeFileSync } from 'node:fs';
import { isWrong, shortest, tally, type Exploration } from '@coupon/interleavings';
import { loadPlugin } from '@coupon/strategies';
import { printLine, type ExitCode } from '../commands/command-context.js';
import { allSchedules, symmetryReduction, type ExplorationRequest } from './explore-strategy.js';
import { traceTable } from './trace-table.js';

/** The options of `npm run explore`. */
export interface ExploreOptions {
  /** A built-in strategy, a package or a file. */
  readonly strategy: string;
  /** Each client makes one claim. */
  readonly clients: number;
  /**
   * Instances of the strategy, each with its own connections as another process would have them. As
   * many as clients, if not given.
   */
  readonly instances?: number;
  /** The coupon's total quantity. As many as clients, if not given. */
  readonly stock?: number;
  /** With a limit one user makes all claims. */
  readonly perUser?: number;
  readonly schedulesMax: number;
  /** Draw `schedulesMax` schedules at random instead of playing them in order. */
  readonly random?: boolean;
  readonly blockedMs: number;
  /** The file that the schedules are written to, as JSON. */
  readonly json?: string;
}

const PROGRESS_EVERY_MS = 2_000;

/** Standard output is for the result. */
const printProgress = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

/**
 * Plays every schedule on the real database and prints the counts and the shortest wrong one.
 * Resolves with 0 only if the strategy did what it declares: no wrong schedule where it guarantees
 * integrity, at least one where it does not.
 */
export async function printExploration(
  options: ExploreOptions,
  signal: AbortSignal,
): Promise<ExitCode> {
  const { clients, instances = clients, stock = clients, perUser = null } = options;
  const plugin = await loadPlugin(options.strategy);
  const request: ExplorationRequest = {
    plugin,
    clients,
    instances,
    totalQuantity: stock,
    perUserLimit: perUser,
    schedulesMax: options.schedulesMax,
    blockedMs: options.blockedMs,
  };
  const found = await allSchedules(request, {
    say: printProgress,
    progress: throttledProgress(),
    signal,
    ...(options.random === true ? { draw: Math.random } : {}),
  });
  const limit = perUser === null ? '' : `, as one user limited to ${perUser}`;
  printLine(
    `${plugin.name} on ${found.database}: ${clients} clients of ${instances} ` +
      `instance${instances === 1 ? '' : 's'} claim a coupon of ${stock}${limit}`,
  );
  printLine(`${amountOf(found, request)} in ${(found.tookMs / 1_000).toFixed(1)} s`);
  for (const [outcome, count] of tally(found))
    printLine(`  ${outcome.padEnd(12)}${String(count).padStart(6)}`);
  const worst =
    shortest(found.schedules, isWrong) ??
    shortest(found.schedules, (outcome) => outcome !== 'right');
  if (worst !== undefined) {
    printLine(
      `\nThe shortest that ends in ${worst.outcome}, ${worst.order}:\n${traceTable(worst)}`,
    );
    printLine(
      `At the end quantity is ${worst.remaining} of ${stock}, ` +
        `and the rows have the numbers ${worst.ordinals.join(', ') || '(none)'}.`,
    );
  }
  if (options.json !== undefined)
    writeFileSync(options.json, `${JSON.stringify(found, null, 1)}\n`);
  return printVerdict(found, request);
}

const amountOf = (
  { schedules, complete, unplayable }: Exploration,
  request: ExplorationRequest,
): string => {
  const names = symmetryReduction(request) ? ', up to the names of the clients' : '';
  if (complete && schedules.length === 1) return `the only schedule${names}`;
  if (complete) return `all ${schedules.length} schedules${names}`;
  const left =
    unplayable === 0
      ? ''
      : `; ${unplayable} more diverged each time they were played ` +
        '(on a busy machine try a larger --blocked-ms)';
  return `${schedules.length} schedules, not all of them${left}${names}`;
};

function printVerdict(
  { schedules, complete }: Exploration,
  { plugin, instances }: ExplorationRequest,
): ExitCode {
  const { neverOverIssues, neverLosesUpdates, acrossProcesses } = plugin.guarantees;
  const isGuaranteed = neverOverIssues && neverLosesUpdates && (acrossProcesses || instances === 1);
  const wrong = schedules.filter(({ outcome }) => isWrong(outcome)).length;
  const asDeclared = isGuaranteed === (wrong === 0);
  const declared = isGuaranteed
    ? 'no schedule may end wrong'
    : 'without a guarantee some schedules must end wrong';
  const seen = wrong === 0 ? 'none does' : `${wrong} do`;
  printLine(
    `\n${asDeclared ? 'As declared' : 'NOT AS DECLARED'}: ${declared}, and ${seen}` +
      `${complete ? '' : ' of those that were played'}.`,
  );
  return asDeclared ? 0 : 1;
}

/** Prints the progress at most every two seconds. */
function throttledProgress(): (done: number, share: number) => void {
  let printedMs = performance.now();
  return (done, share) => {
    if (performance.now() - printedMs < PROGRESS_EVERY_MS) return;
    printedMs = performance.now();
    printProgress(`${done} schedules played, about ${Math.floor(share * 100)} % of all`);
  };
}
