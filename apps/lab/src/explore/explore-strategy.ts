import { explore, openDatabaseRunner } from '@coupon/interleavings';
import { migrate } from '@coupon/mysql';
import type { ExplorationBody } from '@coupon/results';
import { freshDatabase, provideServices } from '@coupon/services';
import type { Plugin } from '@coupon/strategies';
import { UserError } from '../run/user-error.js';

/** The exploration to run: every option has a value. */
export interface ExplorationRequest {
  readonly plugin: Plugin;
  /** Each makes one claim. */
  readonly clients: number;
  /** Instances of the strategy, each with its own connections. */
  readonly instances: number;
  readonly totalQuantity: number;
  /** Null: every claim is of another user, and there is no limit. */
  readonly perUserLimit: number | null;
  readonly schedulesMax: number;
  /** Milliseconds without an answer after which a statement counts as blocked. */
  readonly blockedMs: number;
}

/** The listeners of an exploration, and the signal that ends it. */
export interface ExplorationHooks {
  /** Receives a line when a service is installed or started. */
  readonly say: (line: string) => void;
  /** Receives the number of schedules played and their approximate share of all, from 0 to 1. */
  readonly progress: (done: number, share: number) => void;
  readonly signal: AbortSignal;
  /** Draws `schedulesMax` schedules at random instead of playing them in order. */
  readonly draw?: () => number;
}

/**
 * Whether schedules that differ only in the names of the clients are played once: always with more
 * than two clients, where the first to move is A and the next is B.
 */
export const symmetryReduction = ({ clients }: { readonly clients: number }): boolean =>
  clients > 2;

/**
 * False for a strategy that decides outside the database: its claims send no statements that could
 * be reordered.
 */
export const isExplorable = (plugin: Plugin): boolean => plugin.guarantees.recordedOnReturn;

/**
 * Plays every schedule on a fresh database of a real server. Rejects with UserError when the
 * strategy cannot be explored, with ServiceError when a server is missing.
 */
export async function allSchedules(
  request: ExplorationRequest,
  { say, ...listeners }: ExplorationHooks,
): Promise<ExplorationBody> {
  const { plugin, clients, instances, totalQuantity, perUserLimit, schedulesMax, blockedMs } =
    request;
  if (!isExplorable(plugin))
    throw new UserError(
      `${plugin.name} decides outside the database and records later: ` +
        'its claims have no statements whose order could be explored',
    );
  await using services = await provideServices({
    need: ['database', 'redis'],
    log: say,
    signal: listeners.signal,
  });
  await using database = await freshDatabase(services.database, 'explore');
  await migrate(database.url);
  const env = { ...process.env, DATABASE_URL: database.url, REDIS_URL: services.redis.url };
  await using runner = await openDatabaseRunner({
    plugin,
    env,
    clients,
    instances,
    totalQuantity,
    perUserLimit,
    blockedAfterMs: blockedMs,
  });
  const beganMs = performance.now();
  const found = await explore(runner, {
    schedulesMax,
    symmetryReduction: symmetryReduction({ clients }),
    ...listeners,
  });
  return {
    schemaVersion: 1,
    strategy: plugin.name,
    database: `${services.database.flavour} ${services.database.version}`,
    clients,
    instances,
    totalQuantity,
    perUser: perUserLimit,
    tookMs: Math.round(performance.now() - beganMs),
    ...found,
  };
}
