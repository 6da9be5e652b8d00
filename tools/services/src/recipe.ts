import type { ServerAnswer } from './ask.js';
import type { ServicesFolder } from './folder.js';
import { databaseRecipe } from './database-recipe.js';
import { redisRecipe } from './redis-recipe.js';
import type { Secrets } from './secrets.js';
import type { ServerKind, Source } from './source.js';

/**
 * How one server is prepared, run and recognised. The keeper knows no more about a server than
 * this.
 */
export interface Recipe {
  /** Makes its data folder and settings files. May take seconds the first time. */
  prepare(port: number): Promise<void>;
  command(port: number): { readonly program: string; readonly args: readonly string[] };
  /** Where it answers, password included. */
  url(port: number): string;
  /** Logs in and asks: only the server that was started here knows the password. */
  ask(url: string): Promise<ServerAnswer>;
  /** What it writes on stdout and stderr goes here. */
  readonly log: string;
}

/** The recipe for a server of that kind from that source. */
export function recipeFor(
  kind: ServerKind,
  source: Source,
  folder: ServicesFolder,
  secrets: Secrets,
): Recipe {
  return kind === 'database'
    ? databaseRecipe(source, folder, secrets.database)
    : redisRecipe(source, folder, secrets.redis);
}
