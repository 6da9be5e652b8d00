import { ConfigFaults, DuplicateClaim, NoVerdict, UnsoundStock } from '@coupon/application';
import { crossCheck, StaleSnapshot, withConcurrencyLimit, withRetry } from '@coupon/concurrency';
import { judge } from '@coupon/domain';
import {
  asNoVerdict,
  countGrants,
  errnoOf,
  holdingsOf,
  insertGrants,
  lookup,
  nextOrdinal,
  raisedTo,
  runTransaction,
  soundStock,
  sql,
  takenOf,
} from '@coupon/mysql';
import type { Resources } from './plugin.js';

const pluginApi = {
  /** The law. */
  judge,
  /** The law's verdict on what an engine has decided in SQL or Lua. */
  crossCheck,
  /** A bounded queue before a section. */
  withConcurrencyLimit,
  /** A section that is entered again after a conflict. */
  withRetry,

  /** Builds a statement whose values are parameters: sql`... ${id}`.execute(transaction). */
  sql,
  /** Runs statements in one bounded transaction on the service's pool. */
  runTransaction,
  /** Awaits a statement outside a transaction; expected failures become NoVerdict. */
  lookup,
  /** The stock that a coupon's row tells of, its last ordinal included. */
  soundStock,
  /** How many grants of a coupon have a row: for soundStock, which asks only where it must. */
  countGrants,
  /** What `last_ordinal` becomes in an UPDATE that takes one coupon. */
  nextOrdinal,
  /** What `last_ordinal` becomes in an UPDATE where an ordinal was given. */
  raisedTo,
  /** How many of a coupon are taken, by its row, for engines that keep their ordinals elsewhere. */
  takenOf,
  /** How many of a coupon some users hold, as the law wants to know it. */
  holdingsOf,
  /** Records grants; throws DuplicateClaim at a replay. */
  insertGrants,
  /** The database's error number of an error. */
  errnoOf,
  /** A driver's expected failure as NoVerdict; what runTransaction throws is translated already. */
  asNoVerdict,

  ConfigFaults,
  NoVerdict,
  DuplicateClaim,
  StaleSnapshot,
  UnsoundStock,
};

/**
 * The service's law, building blocks, database functions and errors, for plugins that import
 * nothing of the service: `throw new api.NoVerdict('contended', 'why')`.
 */
export type PluginApi = Readonly<typeof pluginApi>;

/** What the service provides to an external plugin. */
export interface ExternalResources extends Resources {
  readonly api: PluginApi;
}

/** The resources with the API. */
export const provide = (resources: Resources): ExternalResources => ({
  ...resources,
  api: pluginApi,
});
