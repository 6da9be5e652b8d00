import type { ServerKind } from './catalog.js';
import { databaseSpec } from './database-spec.js';
import { redisSpec } from './redis-spec.js';
import type { ServicesFolder } from './services-folder.js';

/** A program with its arguments. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
}

/** How one server is prepared, run and reached. The supervisor knows no more about a server. */
export interface ServerSpec {
  readonly kind: ServerKind;
  /** Creates the data folder and settings files; takes seconds the first time. */
  prepare(port: number): Promise<void>;
  command(port: number): Command;
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
  const spec = kind === 'database' ? databaseSpec : redisSpec;
  return spec(program, root, password);
}
