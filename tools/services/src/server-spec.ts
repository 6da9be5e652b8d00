import type { ServerKind } from './catalog.js';
import { databaseSpec } from './database-spec.js';
import { redisSpec } from './redis-spec.js';
import type { ServicesFolder } from './services-folder.js';

/** How one server is run and reached. The supervisor knows no more about a server. */
export interface ServerSpec {
  readonly kind: ServerKind;
  /** Program and arguments; the data folder is in place. */
  command(port: number): readonly string[];
  /** Creates the data folder and settings files; takes seconds the first time. */
  prepare?(port: number): Promise<void> | void;
  /** The URL, password included. */
  url(port: number): string;
  /** Receives stdout and stderr. */
  readonly log: string;
}

/** The specification of a clone's private server that this program runs. */
export function serverSpec(
  kind: ServerKind,
  program: string,
  { root }: ServicesFolder,
  password: string,
): ServerSpec {
  return (kind === 'database' ? databaseSpec : redisSpec)(program, root, password);
}
