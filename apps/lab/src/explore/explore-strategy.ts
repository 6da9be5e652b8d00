import { explore, openDatabaseRunner, type Exploration } from '@coupon/interleavings';
import { migrate } from '@coupon/mysql';
import { freshDatabase, provideServices } from '@coupon/services';
import type { Plugin } from '@coupon/strategies';
import { UserError } from '../run/user-error.js';

/** What is to be explored, with nothing left open. */
export interface ExplorationRequest {
  readonly plugin: Plugin;
  /** Each makes one claim. */
  readonly clients: number;
  /** Of the strategy, each with connections of its own. */
  readonly instances: number;
  readonly totalQuantity: number;
  /** Null: every claim is of another user, and there is no limit. */
  readonly perUserLimit: number | null;
  readonly schedulesMax: number;
  /** Silence after which a statement counts as blocked, in milliseconds. */
  readonly blockedMs: number;
}

/** What came of it, as `--json` writes it. */
export interface ExplorationReport extends Exploration {
  readonly schemaVersion: 1;
  readonly strategy: string;
  /** The server: flavour and version. */
  readonly database: string;
  readonly clients: number;
  readonly instances: number;
  readonly totalQuantity: number;
  readonly perUser: number | null;
  /** Without the start of the servers. */
  readonly tookMs: number;
}

/** Who listens, and who may end it. */
export interface ExplorationHooks {
  /** Told what is installed or started. */
  readonly say: (line: string) => void;
  /** Hears how many schedules are done and about which share of all that is, from 0 to 1. */
  readonly progress: (done: number, share: number) => void;
  readonly signal: AbortSignal;
  /** Draws `schedulesMax` of them at random instead of playing one after the other. */
  readonly draw?: () => number;
}

/**
 * Two clients are few enough to explore both ways round; of more, the first to move is always
 * called A, the next B.
 */
export const symmetryReduction = ({ clients }: { readonly clients: number }): boolean =>
  clients > 2;

/**
 * False for a strategy that decides outside the database: its claims have no statements whose order
 * could be explored.
 */
export const isExplorable = (plugin: Plugin): boolean => plugin.guarantees.recordedOnReturn;

/**
 * Plays every schedule on a fresh database of a real server. Rejects with UserError when there is
 * nothing to explore or to explore it with.
 */
export async function allSchedules(
  expedition: ExplorationRequest,
  { say, ...listeners }: ExplorationHooks,
): Promise<ExplorationReport> {
  const { plugin, clients, instances, totalQuantity, perUserLimit, schedulesMax, blockedMs } =
    expedition;
  if (!isExplorable(plugin))
    throw new UserError(
      `${plugin.name} decides outside the database and records later: its claims have no statements whose order could be explored`,
    );
  await using services = await provideServices({
    need: ['database', 'redis'],
    log: say,
    signal: listeners.signal,
  });
  await using database = await freshDatabase(services.database, 'explore');
  await migrate(database.url);
  const env = { ...process.env, DATABASE_URL: database.url, REDIS_URL: services.redis.url };
  await using arena = await openDatabaseRunner({
    plugin,
    env,
    clients,
    instances,
    totalQuantity,
    perUserLimit,
    blockedAfterMs: blockedMs,
  });
  const beganMs = performance.now();
  const found = await explore(arena, {
    schedulesMax,
    alike: symmetryReduction({ clients }),
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
