import { scheduleOutcomes, type Schedule, type ScheduleOutcome } from '@coupon/results';
import type { RecordedRows } from './outcome.js';
import { ReplayDiverged, type Choose } from './statement-scheduler.js';

/** Plays rounds of clients that claim one coupon, statement by statement. */
export interface ScheduleRunner {
  /**
   * Plays one round on a new coupon; `choose` picks the next client. Rejects with ReplayDiverged
   * when the round must be played again.
   */
  play(choose: Choose, attempt: number): Promise<Omit<Schedule, 'order'>>;
}

/** The schedules that were explored. */
export interface Exploration {
  readonly schedules: readonly Schedule[];
  readonly counts: Readonly<Record<ScheduleOutcome, number>>;
  /** False when the bound was reached first, or when schedules could not be played. */
  readonly complete: boolean;
  /** Schedules that diverged each time they were played. */
  readonly unplayable: number;
}

/** Bounds and listeners of an exploration. */
export interface ExplorationOptions {
  readonly schedulesMax: number;
  /**
   * Plays schedules that differ only in the names of the clients once: the first client to move is
   * A, the next is B, and so on.
   */
  readonly symmetryReduction?: boolean;
  /**
   * Draws schedules at random instead, where there are too many to play: numbers from 0 to below 1.
   * A schedule that is drawn twice counts once.
   */
  readonly draw?: () => number;
  /** Checked between two rounds: ends the exploration with what was found until then. */
  readonly signal?: AbortSignal;
  /** Receives the number of schedules played and their approximate share of all, from 0 to 1. */
  readonly progress?: (done: number, share: number) => void;
}

/** A choice on the way to the schedule that is being played. */
interface Fork {
  chosen: number;
  readonly ready: Set<number>;
  readonly tried: Set<number>;
}

const ATTEMPTS_MAX = 4;

/** A client's letter in orders and tables: A is the first. */
export const letterOf = (client: number): string => String.fromCharCode(65 + client);

/**
 * Plays every schedule, depth first: each round repeats the choices of the one before up to the
 * last fork that has an untried way, takes that one, and continues with the first client that is
 * ready. Rejects with what a round rejects with, except ReplayDiverged.
 */
export async function explore(
  runner: ScheduleRunner,
  { schedulesMax, symmetryReduction = false, draw, signal, progress }: ExplorationOptions,
): Promise<Exploration> {
  const path: Fork[] = [];
  const found = new Map<string, Schedule>();
  let played = 0;
  let unplayable = 0;
  let more = true;
  while (more && played < schedulesMax && signal?.aborted !== true) {
    const schedule = await playPath(runner, path, symmetryReduction, draw);
    played += 1;
    if (schedule === null) unplayable += 1;
    else found.set(schedule.order, schedule);
    progress?.(played, draw === undefined ? exploredShare(path) : played / schedulesMax);
    if (draw === undefined) more = advance(path);
    else path.length = 0;
  }
  const schedules = [...found.values()];
  const counts = {
    'over-issued': 0,
    'lost-update': 0,
    'false-answer': 0,
    deadlock: 0,
    'no-verdict': 0,
    right: 0,
  };
  for (const { outcome } of schedules) counts[outcome] += 1;
  return { schedules, counts, complete: !more && unplayable === 0, unplayable };
}

async function playPath(
  runner: ScheduleRunner,
  path: Fork[],
  symmetryReduction: boolean,
  draw: () => number = () => 0,
): Promise<Schedule | null> {
  const prefix = path.length;
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    path.length = prefix;
    let depth = 0;
    const choose: Choose = (all) => {
      const ready = symmetryReduction ? withoutSymmetric(all, path.slice(0, depth)) : all;
      const first = ready[Math.floor(draw() * ready.length)] ?? 0;
      const fork = path[depth] ?? { chosen: first, ready: new Set(ready), tried: new Set([first]) };
      path[depth] = fork;
      // A client that a slow machine kept from being ready the first time is a way to explore too.
      for (const client of ready) fork.ready.add(client);
      if (!ready.includes(fork.chosen)) return null;
      depth += 1;
      return fork.chosen;
    };
    try {
      const round = await runner.play(choose, attempt);
      return { order: path.map(({ chosen }) => letterOf(chosen)).join(''), ...round };
    } catch (error) {
      if (!(error instanceof ReplayDiverged)) throw error;
    }
  }
  path.length = prefix;
  return null;
}

/** Of the clients that have not moved yet only the first is kept: the others would do the same. */
function withoutSymmetric(ready: readonly number[], taken: readonly Fork[]): readonly number[] {
  const moved = new Set(taken.map(({ chosen }) => chosen));
  const newcomer = ready.find((client) => !moved.has(client));
  return ready.filter((client) => moved.has(client) || client === newcomer);
}

/** Moves the path to the next untried way; false when there is none. */
function advance(path: Fork[]): boolean {
  for (let fork = path.at(-1); fork !== undefined; path.pop(), fork = path.at(-1)) {
    const { ready, tried } = fork;
    const next = [...ready].find((client) => !tried.has(client));
    if (next === undefined) continue;
    tried.add(next);
    fork.chosen = next;
    return true;
  }
  return false;
}

/**
 * The approximate share of the tree that was explored: each fork's tried ways, as if all its
 * branches were of one size.
 */
function exploredShare(path: readonly Fork[]): number {
  let share = 0;
  let width = 1;
  for (const { ready, tried } of path) {
    width /= ready.size;
    share += (tried.size - 1) * width;
  }
  return share;
}

const switches = ({ order }: Schedule): number =>
  order.split('').filter((client, turn) => turn > 0 && client !== order[turn - 1]).length;

/**
 * The schedule with such an outcome that is easiest to follow: the fewest statements, then the
 * fewest changes between clients.
 */
export function shortest(
  schedules: readonly Schedule[],
  matches: (outcome: ScheduleOutcome) => boolean,
): Schedule | undefined {
  return schedules
    .filter(({ outcome }) => matches(outcome))
    .sort((a, b) => a.steps.length - b.steps.length || switches(a) - switches(b))[0];
}

/** What a schedule keeps of the rows: numbers only, so that databases can be compared. */
export const rowSummaryOf = ({
  remaining,
  grants,
}: RecordedRows): Pick<Schedule, 'remaining' | 'ordinals'> => ({
  remaining,
  ordinals: grants.map(({ ordinal }) => ordinal).sort((a, b) => a - b),
});

/** The outcomes that occurred, with their counts, the worst first. */
export const tally = ({ counts }: Exploration): readonly (readonly [ScheduleOutcome, number])[] =>
  scheduleOutcomes.flatMap((outcome) =>
    counts[outcome] > 0 ? [[outcome, counts[outcome]] as const] : [],
  );
