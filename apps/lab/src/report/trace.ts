import { explore, isWrong, openDatabaseRunner, shortest } from '@coupon/interleavings';
import { migrate } from '@coupon/mysql';
import { freshDatabase, type Services } from '@coupon/services';
import type { Plugin } from '@coupon/strategies';
import type { Schedule, ScheduleOutcome } from '@coupon/results';
import type { Trace } from '@coupon/ui/report';

const CLIENTS = 2;
/** Enough for all 30 orders of two claims without a lock on an idle machine (0.6 s). */
const EXPLORE_MS = 2_000;
const SCHEDULES_MAX = 60;
const BLOCKED_MS = 15;
/** Ends a round that hangs. */
const TRANSACTION_MAX_MS = 1_000;

/** A strategy that raced, and whether its run was sound. */
export interface Raced {
  readonly plugin: Plugin;
  readonly instances: number;
  readonly sound: boolean;
}

/** Sound strategies that are tried until there is one in which a claim waits. */
const HELD_TRIED_MAX = 3;

/** What a race lends to the drawing of its traces. */
interface TraceContext {
  readonly services: Services;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Plays two claims in all orders for the first strategy that broke and takes the shortest order
 * that ends wrong; likewise for a sound strategy, one in which a claim waits, if there is one. Some
 * seconds at most. A strategy that cannot be explored is left out; `say` gets the reason.
 */
export async function tracesOf(
  raced: readonly Raced[],
  context: TraceContext,
): Promise<readonly Trace[]> {
  const explorable = raced.filter(
    ({ plugin }, n) =>
      plugin.guarantees.recordedOnReturn &&
      raced.findIndex((other) => other.plugin.name === plugin.name) === n,
  );
  const broke = explorable.find(({ sound }) => !sound);
  const broken = broke && (await traceOf(broke, context, worst));
  let held: Trace | undefined;
  // A wait for a lock of the database is drawn; a lock elsewhere shows as two claims in sequence.
  for (const one of explorable.filter(({ sound }) => sound).slice(0, HELD_TRIED_MAX)) {
    const found = await traceOf(one, context, waiting);
    held ??= found;
    if (!found?.schedule.steps.some(({ blocked }) => blocked)) continue;
    held = found;
    break;
  }
  return [broken, held].filter((trace) => trace !== undefined);
}

type Choice = (schedules: readonly Schedule[]) => Schedule | undefined;

const worst: Choice = (schedules) =>
  shortest(schedules, isWrong) ?? shortest(schedules, (outcome) => outcome !== 'right');
const isRight = (outcome: ScheduleOutcome): boolean => outcome === 'right';
const waiting: Choice = (schedules) =>
  shortest(
    schedules.filter(({ steps }) => steps.some(({ blocked }) => blocked)),
    isRight,
  ) ?? shortest(schedules, isRight);

/** Asked again after every wait, so a function: the compiler takes a property for settled. */
const isStopped = (signal: AbortSignal): boolean => signal.aborted;

async function traceOf(
  { plugin, instances }: Raced,
  { services: { database, redis }, say, signal }: TraceContext,
  choose: Choice,
): Promise<Trace | undefined> {
  if (database === undefined || redis === undefined || isStopped(signal)) return undefined;
  try {
    await using fresh = await freshDatabase(database, 'trace');
    await migrate(fresh.url);
    const env = {
      ...process.env,
      DATABASE_URL: fresh.url,
      REDIS_URL: redis.url,
      MYSQL_TRANSACTION_MAX_MS: String(TRANSACTION_MAX_MS),
    };
    await using runner = await openDatabaseRunner({
      plugin,
      env,
      clients: CLIENTS,
      instances: Math.min(instances, CLIENTS),
      totalQuantity: CLIENTS,
      perUserLimit: null,
      blockedAfterMs: BLOCKED_MS,
    });
    const { schedules } = await explore(runner, {
      schedulesMax: SCHEDULES_MAX,
      signal: AbortSignal.any([signal, AbortSignal.timeout(EXPLORE_MS)]),
    });
    const schedule = choose(schedules);
    return (
      schedule && {
        strategy: plugin.name,
        database: `${database.flavour} ${database.version}`,
        of: schedules.length,
        schedule,
      }
    );
  } catch (error) {
    // The race is judged without its picture. A race that is being stopped takes the server away.
    if (!isStopped(signal))
      say(`${plugin.name} is not drawn: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}
