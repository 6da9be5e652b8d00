import { outcomes, type Outcome, type Rows, type ClaimResult } from './outcome.js';
import type { Step } from './statement.js';
import { ReplayDiverged, type Choose } from './statement-scheduler.js';

/** One way in which the clients' statements can follow each other, and how it ended. */
export interface Schedule {
  /** The clients in the order of their turns, a letter each: `AABAB`. */
  readonly order: string;
  readonly outcome: Outcome;
  /** By client. */
  readonly told: readonly ClaimResult[];
  readonly remaining: number;
  /** The coupons' numbers in the rows, ascending. */
  readonly ordinals: readonly number[];
  readonly steps: readonly Step[];
}

/** Where rounds are played: clients that claim one coupon, statement by statement. */
export interface ScheduleRunner {
  /**
   * Plays one round on a new coupon; `choose` says whose turn it is. Rejects with ReplayDiverged when
   * the round must be played again.
   */
  play(choose: Choose, attempt: number): Promise<Omit<Schedule, 'order'>>;
}

/** All that was found. */
export interface Exploration {
  readonly schedules: readonly Schedule[];
  readonly counts: Readonly<Record<Outcome, number>>;
  /** False when the bound was reached first, or when schedules were left out. */
  readonly complete: boolean;
  /** Schedules that came out otherwise each time they were played, and so could not be explored. */
  readonly unplayable: number;
}

/** Bounds and listeners of an exploration. */
export interface Limits {
  readonly schedulesMax: number;
  /**
   * The clients are alike, so that schedules which differ only in their names are played once: who
   * moves first is A, and so on.
   */
  readonly alike?: boolean;
  /**
   * Draws schedules at random instead, where there are too many to play: numbers from 0 to below 1.
   * Each that is drawn twice counts once.
   */
  readonly draw?: () => number;
  /** Looked at between two rounds: ends the exploration with what was found until then. */
  readonly signal?: AbortSignal;
  /** Hears how many schedules are done and about which share of all that is, from 0 to 1. */
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
 * last fork that has an untried way, takes that one, and goes on with the first client that is
 * ready. Rejects with what a round rejects with, but for ReplayDiverged.
 */
export async function explore(
  arena: ScheduleRunner,
  { schedulesMax, alike = false, draw, signal, progress }: Limits,
): Promise<Exploration> {
  const path: Fork[] = [];
  const found = new Map<string, Schedule>();
  let [played, unplayable, more] = [0, 0, true];
  while (more && played < schedulesMax && signal?.aborted !== true) {
    const schedule = await playPath(arena, path, alike, draw);
    played += 1;
    if (schedule === null) unplayable += 1;
    else found.set(schedule.order, schedule);
    progress?.(played, draw === undefined ? shareOf(path) : played / schedulesMax);
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
  arena: ScheduleRunner,
  path: Fork[],
  alike: boolean,
  draw: () => number = () => 0,
): Promise<Schedule | null> {
  const prefix = path.length;
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    path.length = prefix;
    let depth = 0;
    const choose: Choose = (all) => {
      const ready = alike ? upToNames(all, path.slice(0, depth)) : all;
      const first = ready[Math.floor(draw() * ready.length)] ?? 0;
      const fork = path[depth] ?? { chosen: first, ready: new Set(ready), tried: new Set([first]) };
      path[depth] = fork;
      // What a slow machine made come late the first time is a way to go all the same.
      for (const client of ready) fork.ready.add(client);
      if (!ready.includes(fork.chosen)) return null;
      depth += 1;
      return fork.chosen;
    };
    try {
      const round = await arena.play(choose, attempt);
      return { order: path.map(({ chosen }) => letterOf(chosen)).join(''), ...round };
    } catch (error) {
      if (!(error instanceof ReplayDiverged)) throw error;
    }
  }
  path.length = prefix;
  return null;
}

/** Of those who have not moved yet only the first counts: the others would do the same. */
function upToNames(ready: readonly number[], taken: readonly Fork[]): readonly number[] {
  const moved = new Set(taken.map(({ chosen }) => chosen));
  const newcomer = ready.find((client) => !moved.has(client));
  return ready.filter((client) => moved.has(client) || client === newcomer);
}

/** Goes to the next untried way; false when there is none. */
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
 * About how much of the tree lies behind: each fork's tried ways, as if all its branches were of
 * one size.
 */
function shareOf(path: readonly Fork[]): number {
  let [share, width] = [0, 1];
  for (const { ready, tried } of path) {
    width /= ready.size;
    share += (tried.size - 1) * width;
  }
  return share;
}

const switches = ({ order }: Schedule): number =>
  [...order].filter((client, turn) => turn > 0 && client !== order[turn - 1]).length;

/**
 * The schedule of that kind that is easiest to follow: the fewest statements, then the fewest
 * changes between clients.
 */
export function shortest(
  schedules: readonly Schedule[],
  wanted: (outcome: Outcome) => boolean,
): Schedule | undefined {
  return schedules
    .filter(({ outcome }) => wanted(outcome))
    .sort((a, b) => a.steps.length - b.steps.length || switches(a) - switches(b))[0];
}

/**
 * What a schedule keeps of the rows: numbers only, so that it can be compared between databases.
 */
export const keptOf = ({ remaining, grants }: Rows): Pick<Schedule, 'remaining' | 'ordinals'> => ({
  remaining,
  ordinals: grants.map(({ ordinal }) => ordinal).sort((a, b) => a - b),
});

/** The outcomes that there were, with their numbers, the worst first. */
export const tally = ({ counts }: Exploration): readonly (readonly [Outcome, number])[] =>
  outcomes.flatMap((outcome) => (counts[outcome] > 0 ? [[outcome, counts[outcome]] as const] : []));
