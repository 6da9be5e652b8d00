import {
  readSettings,
  UnsoundStock,
  type Bilingual,
  type Clock,
  type Counters,
  type Guarantees,
  type IssuanceStrategy,
  type Log,
  type Meter,
  type SettingFacts,
  type SettingsReader,
} from '@coupon/application';
import type { Mysql } from '@coupon/mysql';
import type { RedisConnection } from '@coupon/redis';
import {
  issueWithin,
  withMetrics,
  type StockStore,
  type CriticalSection,
} from '@coupon/concurrency';

/**
 * What the service provides to a strategy. The service opens and closes these; a strategy closes
 * only what it created itself.
 */
export interface Resources {
  /** Transactions on the stock: the database as sections use it. */
  readonly stockStore: StockStore;
  /** The database itself, for engines that write their own SQL. */
  readonly mysql: Mysql;
  /**
   * Connects on first use, so that a strategy without Redis needs none; readiness asks Redis only
   * then.
   */
  readonly redis: () => Promise<RedisConnection>;
  readonly clock: Clock;
  readonly log: Log;
  readonly counters: Counters;
  readonly meter: Meter;
}

/**
 * A strategy's own settings: declared by `defineSettings`, or a function that reads them with
 * `read` or by itself. The function throws ConfigFaults with all faults at once; what `read` noted
 * is thrown for it.
 */
interface SettingsSource<Settings> {
  (env: NodeJS.ProcessEnv, read: SettingsReader): Settings;
  readonly declared?: readonly SettingFacts[];
}

/** What every plugin declares. */
interface PluginManifest<Settings> {
  /** The folder, the configuration value, the metric label and the k6 tag. */
  readonly name: string;
  readonly guarantees: Guarantees;
  /** What keeps claims apart, in a few words: a cell of the documentation's tables. */
  readonly summary?: Bilingual;
  readonly settings: SettingsSource<Settings>;
}

/**
 * A strategy that keeps claims apart by mutual exclusion: its author writes only the bracket around
 * the work.
 */
export interface SectionPlugin<Settings> extends PluginManifest<Settings> {
  /**
   * Opens the section, ready to be entered. Rejects with NoVerdict('unavailable') when a resource
   * that it needs is missing, with ConfigFaults when its settings conflict with those of its
   * resources. `[Symbol.asyncDispose]` of the result closes what it created itself.
   */
  section(resources: Resources, settings: Settings): OpenedSection | Promise<OpenedSection>;
}

/** A strategy that decides on claims by itself, in SQL or Lua. */
export interface StrategyPlugin<Settings> extends PluginManifest<Settings> {
  /** Opens the strategy, ready to issue; otherwise as {@link SectionPlugin.section}. */
  open(resources: Resources, settings: Settings): OpenedStrategy | Promise<OpenedStrategy>;
}

type OpenedSection = CriticalSection & Warnings & Partial<AsyncDisposable>;
type OpenedStrategy = IssuanceStrategy & Warnings & Partial<AsyncDisposable>;

/**
 * Guarantees that a strategy cannot keep with the servers as they are configured: one sentence for
 * the operator each.
 */
export interface Warnings {
  readonly warnings?: readonly string[];
  /** What an operator must look at now, one sentence each; readiness shows it. */
  readonly alarms?: () => Promise<readonly string[]>;
}

/** Reads settings, throwing ConfigFaults, and returns what opens the thing with them. */
type Configure<Thing> = (
  env: NodeJS.ProcessEnv,
) => (resources: Resources) => Promise<Thing & AsyncDisposable>;

/** A strategy as the service loads it, whatever the type of its settings. */
export interface Plugin {
  readonly name: string;
  readonly guarantees: Guarantees;
  /** What keeps claims apart; empty where the plugin does not say. */
  readonly summary: Bilingual;
  /** Its settings as far as they are declared as data. */
  readonly declaredSettings: readonly SettingFacts[];
  /** The file that other processes can load it from, where it is an external one. */
  readonly source?: string;
  readonly configure: Configure<IssuanceStrategy & Warnings>;
  /** The bracket itself, with metrics, for strategies built on it; only of sections. */
  readonly configureSection?: Configure<CriticalSection & Warnings>;
}

/** Makes a plugin of a strategy, hiding the type of its settings. */
export function definePlugin<Settings>(plugin: StrategyPlugin<Settings>): Plugin {
  return {
    ...factsOf(plugin),
    configure(env) {
      const settings = readSettings(env, (read) => plugin.settings(env, read));
      return async (resources) => {
        const opened = await plugin.open(resources, settings);
        return {
          issue: reportingUnsoundStock(opened, resources),
          ...restOf(opened),
        };
      };
    },
  };
}

/**
 * Makes a plugin of a section, hiding the type of its settings: what happens inside the section is
 * the same for all of them.
 */
export function defineSection<Settings>(plugin: SectionPlugin<Settings>): Plugin {
  const configureSection: Configure<CriticalSection & Warnings> = (env) => {
    const settings = readSettings(env, (read) => plugin.settings(env, read));
    return async (resources) => {
      const opened = await plugin.section(resources, settings);
      return { ...withMetrics(opened, resources.meter, resources.clock), ...restOf(opened) };
    };
  };
  return {
    ...factsOf(plugin),
    configureSection,
    configure(env) {
      const openSection = configureSection(env);
      return async (resources) => {
        const section = await openSection(resources);
        return {
          issue: reportingUnsoundStock(issueWithin(section), resources),
          ...restOf(section),
        };
      };
    },
  };
}

/**
 * Counts every claim of a coupon whose numbers do not add up (`stock_unsound`), and logs an error
 * for the first one: an operator must repair the row.
 */
function reportingUnsoundStock(
  strategy: IssuanceStrategy,
  { counters, log }: Resources,
): IssuanceStrategy['issue'] {
  const logged = new Set<number>();
  return (claim, deadline) =>
    strategy.issue(claim, deadline).catch((error: unknown) => {
      if (error instanceof UnsoundStock) {
        counters.count('stock_unsound');
        if (!logged.has(error.couponId)) log.error('unsound stock', { error: error.message });
        logged.add(error.couponId);
      }
      throw error;
    });
}

const factsOf = ({
  name,
  guarantees,
  summary = { en: '', ko: '' },
  settings,
}: PluginManifest<unknown>): Pick<
  Plugin,
  'name' | 'guarantees' | 'summary' | 'declaredSettings'
> => ({
  name,
  guarantees,
  summary,
  declaredSettings: settings.declared ?? [],
});

/** What an opened strategy has beside its work, complete: warnings, alarms, its end. */
export const restOf = (
  opened: Warnings & Partial<AsyncDisposable>,
): Required<Warnings> & AsyncDisposable => ({
  warnings: opened.warnings ?? [],
  alarms: async () => (await opened.alarms?.()) ?? [],
  [Symbol.asyncDispose]: async () => opened[Symbol.asyncDispose]?.(),
});
