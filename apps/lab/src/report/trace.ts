import {
  explore,
  isWrong,
  openDatabaseRunner,
  shortest,
  type Outcome,
} from '@coupon/interleavings';
import { migrate } from '@coupon/mysql';
import { freshDatabase, type Services } from '@coupon/services';
import type { Plugin } from '@coupon/strategies';
import { scheduleSchema, type Schedule } from '@coupon/results';
import { z } from 'zod';

/** What is drawn of one strategy: trace.json is a list of these. */
export const traceSchema = z.object({
  strategy: z.string(),
  /** The server that it was played on. */
  database: z.string(),
  /** Orders that were played. */
  of: z.number().int().positive(),
  schedule: scheduleSchema,
});

/** What is drawn of one strategy. */
export type Trace = z.infer<typeof traceSchema>;

const CLIENTS = 2;
/**
 * Enough for all 30 orders of two claims without a lock on an idle machine (0.6 s); looked at
 * between two of them.
 */
const EXPLORE_MS = 2_000;
const SCHEDULES_MAX = 60;
const BLOCKED_MS = 15;
/** So that a round which hangs is given up soon. */
const TRANSACTION_MAX_MS = 1_000;

/** Who raced, and whether anything was found. */
export interface Raced {
  readonly plugin: Plugin;
  readonly instances: number;
  readonly sound: boolean;
}

/** So many of those that held are tried, until there is one whose wait can be seen. */
const HELD_TRIED_MAX = 3;

/**
 * Plays two claims in all orders for the first strategy that broke and takes the shortest order
 * that ends wrong; likewise for a strategy that held, one in which a claim waits, if there is one.
 * Some seconds at most. A strategy that cannot be explored is left out.
 */
export async function tracesOf(
  raced: readonly Raced[],
  services: Services,
  signal: AbortSignal,
): Promise<readonly Trace[]> {
  const explorable = raced.filter(
    ({ plugin }, n) =>
      plugin.guarantees.recordedOnReturn &&
      raced.findIndex((other) => other.plugin.name === plugin.name) === n,
  );
  const broke = explorable.find(({ sound }) => !sound);
  const broken = broke && (await traceOf(broke, services, signal, worst));
  let held: Trace | undefined;
  // A wait for a lock of the database's own can be seen; one elsewhere shows two claims one after
  // the other.
  for (const one of explorable.filter(({ sound }) => sound).slice(0, HELD_TRIED_MAX)) {
    const found = await traceOf(one, services, signal, waiting);
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
const isRight = (outcome: Outcome): boolean => outcome === 'right';
const waiting: Choice = (schedules) =>
  shortest(
    schedules.filter(({ steps }) => steps.some(({ blocked }) => blocked)),
    isRight,
  ) ?? shortest(schedules, isRight);

async function traceOf(
  { plugin, instances }: Raced,
  services: Services,
  signal: AbortSignal,
  choose: Choice,
): Promise<Trace | undefined> {
  const { database, redis } = services;
  if (database === undefined || redis === undefined || signal.aborted) return undefined;
  try {
    await using fresh = await freshDatabase(database, 'trace');
    await migrate(fresh.url);
    const env = {
      ...process.env,
      DATABASE_URL: fresh.url,
      REDIS_URL: redis.url,
      MYSQL_TRANSACTION_MAX_MS: String(TRANSACTION_MAX_MS),
    };
    await using arena = await openDatabaseRunner({
      plugin,
      env,
      clients: CLIENTS,
      instances: Math.min(instances, CLIENTS),
      totalQuantity: CLIENTS,
      perUserLimit: null,
      blockedAfterMs: BLOCKED_MS,
    });
    const { schedules } = await explore(arena, {
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
  } catch {
    return undefined; // a picture is worth much, but not the race
  }
}
