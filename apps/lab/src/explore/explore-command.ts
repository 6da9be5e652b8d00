import { writeFileSync } from 'node:fs';
import { isWrong, shortest, tally, type Exploration } from '@coupon/interleavings';
import { loadPlugin, type Plugin } from '@coupon/strategies';
import { allSchedules, symmetryReduction } from './explore-strategy.js';
import { traceTable } from './trace-table.js';

/** What is to be explored, as it is asked for. */
export interface ExploreOptions {
  /** Built in, a package or a file. */
  readonly strategy: string;
  /** Each makes one claim. */
  readonly clients: number;
  /**
   * Instances of the strategy, each with its own connections as another process would have them. As
   * many as clients, if not given.
   */
  readonly instances?: number;
  /** How many coupons there are. As many as clients, if not given. */
  readonly stock?: number;
  /** With a limit all claims are one user's. */
  readonly perUser?: number;
  readonly schedulesMax: number;
  /** Draw `schedulesMax` schedules at random instead of playing them one after the other. */
  readonly random?: boolean;
  readonly blockedMs: number;
  /** Where the schedules go as JSON. */
  readonly json?: string;
}

interface Party {
  readonly plugin: Plugin;
  readonly clients: number;
  readonly instances: number;
}

const TELL_EVERY_MS = 2_000;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/**
 * Plays every schedule on the real database and prints the counts and the shortest one that is
 * wrong. 0 only if the strategy did as it declares: nothing wrong where it promises integrity,
 * something wrong where it does not.
 */
export async function exploreOf(options: ExploreOptions, signal: AbortSignal): Promise<0 | 1> {
  const {
    clients,
    instances = clients,
    stock = clients,
    perUser = null,
    schedulesMax,
    random = false,
    blockedMs,
    json,
  } = options;
  const plugin = await loadPlugin(options.strategy);
  const party: Party = { plugin, clients, instances };
  const found = await allSchedules(
    {
      plugin,
      clients,
      instances,
      totalQuantity: stock,
      perUserLimit: perUser,
      schedulesMax,
      blockedMs,
    },
    { say: tell, progress: telling(), signal, ...(random ? { draw: Math.random } : {}) },
  );

  say(
    `${plugin.name} on ${found.database}: ${clients} clients of ${instances} instance${instances === 1 ? '' : 's'} claim a coupon of which there are ${stock}${perUser === null ? '' : `, as one user who may hold ${perUser}`}`,
  );
  say(`${amountOf(found, party)} in ${(found.tookMs / 1_000).toFixed(1)} s`);
  for (const [outcome, count] of tally(found))
    say(`  ${outcome.padEnd(12)}${String(count).padStart(6)}`);
  const worst =
    shortest(found.schedules, isWrong) ??
    shortest(found.schedules, (outcome) => outcome !== 'right');
  if (worst !== undefined) {
    say(`\nThe shortest that ends in ${worst.outcome}, ${worst.order}:\n${traceTable(worst)}`);
    say(
      `In the end quantity is ${worst.remaining} of ${stock}, and the rows have the numbers ${worst.ordinals.join(', ') || '(none)'}.`,
    );
  }
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(found, null, 1)}\n`);
  return verdictOn(found, party);
}

const amountOf = ({ schedules, complete, unplayable }: Exploration, party: Party): string => {
  const names = symmetryReduction(party) ? ', up to the names of the clients' : '';
  if (complete)
    return `${schedules.length} schedule${schedules.length === 1 ? ', the only one' : 's, all'} that there ${schedules.length === 1 ? 'is' : 'are'}${names}`;
  const left =
    unplayable === 0
      ? ''
      : `; ${unplayable} more came out otherwise each time they were played (a busy machine? try a larger --blocked-ms)`;
  return `${schedules.length} schedules, not all that there are${left}${names}`;
};

function verdictOn({ schedules, complete }: Exploration, { plugin, instances }: Party): 0 | 1 {
  const { neverOverIssues, neverLosesUpdates, acrossProcesses } = plugin.guarantees;
  const promises = neverOverIssues && neverLosesUpdates && (acrossProcesses || instances === 1);
  const wrong = schedules.filter(({ outcome }) => isWrong(outcome)).length;
  const asDeclared = promises === (wrong === 0);
  say(
    `\n${asDeclared ? 'As declared' : 'NOT AS DECLARED'}: ${promises ? 'no schedule may end wrong' : 'it promises nothing here, so some must end wrong'}, and ${wrong === 0 ? 'none does' : `${wrong} do`}${complete ? '' : ' of those that were played'}.`,
  );
  return asDeclared ? 0 : 1;
}

/** Standard output is for the result. */
const tell = (line: string): void => void process.stderr.write(`${line}\n`);

/** A line every two seconds, for as long as it takes. */
function telling(): (done: number, share: number) => void {
  let toldMs = performance.now();
  return (done, share) => {
    if (performance.now() - toldMs < TELL_EVERY_MS) return;
    toldMs = performance.now();
    tell(`${done} schedules played, about ${Math.floor(share * 100)} % of all`);
  };
}
