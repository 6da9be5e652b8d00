import {
  ConfigFaults,
  DuplicateClaim,
  guaranteeNames,
  NoVerdict,
  type ConfigFault,
  type GuaranteeName,
  type Guarantees,
  type NoVerdictKind,
  type SettingsReader,
} from '@coupon/application';
import { claimId, judge } from '@coupon/domain';
import { crossCheck, withConcurrencyLimit, withRetry, StaleSnapshot } from '@coupon/concurrency';
import {
  definePlugin,
  defineSection,
  type Plugin,
  type Resources,
  type SectionPlugin,
  type StrategyPlugin,
} from './plugin.js';

/**
 * The service's law, its building blocks and its errors, lent to plugins that import nothing of it:
 * `throw new api.NoVerdict('contended', 'why')`.
 */
export interface PluginApi {
  readonly judge: typeof judge;
  readonly crossCheck: typeof crossCheck;
  readonly withConcurrencyLimit: typeof withConcurrencyLimit;
  readonly withRetry: typeof withRetry;
  readonly ConfigFaults: typeof ConfigFaults;
  readonly NoVerdict: typeof NoVerdict;
  readonly DuplicateClaim: typeof DuplicateClaim;
  readonly StaleSnapshot: typeof StaleSnapshot;
}

/** What the service lends a plugin from outside. */
export interface ExternalResources extends Resources {
  readonly api: PluginApi;
}

/** What an external plugin declares; `issuesInOrder` is derived where it is left out. */
export type ExternalGuarantees = Omit<Guarantees, 'issuesInOrder'> & Partial<Guarantees>;

/** A lock from outside: a plain object of this shape is all that its package exports. */
export interface ExternalSection<Settings> extends Omit<
  SectionPlugin<Settings>,
  'section' | 'guarantees'
> {
  readonly guarantees: ExternalGuarantees;
  section(
    resources: ExternalResources,
    settings: Settings,
  ): ReturnType<SectionPlugin<Settings>['section']>;
}

/** An engine from outside. */
export interface ExternalEngine<Settings> extends Omit<
  StrategyPlugin<Settings>,
  'open' | 'guarantees'
> {
  readonly guarantees: ExternalGuarantees;
  open(
    resources: ExternalResources,
    settings: Settings,
  ): ReturnType<StrategyPlugin<Settings>['open']>;
}

const pluginApi: PluginApi = {
  judge,
  crossCheck,
  withConcurrencyLimit,
  withRetry,
  ConfigFaults,
  NoVerdict,
  DuplicateClaim,
  StaleSnapshot,
};
const provide = (resources: Resources): ExternalResources => ({ ...resources, api: pluginApi });

const field = (thing: unknown, key: PropertyKey): unknown =>
  typeof thing === 'object' && thing !== null ? Reflect.get(thing, key) : undefined;
const has = (thing: unknown, method: string): boolean => typeof field(thing, method) === 'function';

const isSection = (thing: unknown): thing is ExternalSection<unknown> => has(thing, 'section');
const isEngine = (thing: unknown): thing is ExternalEngine<unknown> => has(thing, 'open');
const isDefined = (thing: unknown): thing is Plugin => has(thing, 'configure');

/** The guarantee that plugins may leave out: it is younger than the others. */
const MAY_BE_LEFT_OUT = 'issuesInOrder' satisfies GuaranteeName;
/** It becomes a file name, a metric label and a table's heading. */
const acceptableName = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const NAME_LENGTH_MAX = 60;

/** What is wrong with a candidate, each as the words after "must be a strategy". */
function faultsOf(candidate: unknown): readonly string[] {
  const name = field(candidate, 'name');
  const shown = (value: unknown): string =>
    typeof value === 'string'
      ? JSON.stringify(value.slice(0, 80))
      : value === null || typeof value !== 'object'
        ? String(value)
        : 'an object';
  const nameIsGood =
    typeof name === 'string' && name.length <= NAME_LENGTH_MAX && acceptableName.test(name);
  const known = isSection(candidate) || isEngine(candidate) || isDefined(candidate);
  return [
    ...(nameIsGood
      ? []
      : [
          `whose name is words of a-z and 0-9 joined by "-", ${NAME_LENGTH_MAX} characters at most (it is ${shown(name)})`,
        ]),
    ...guaranteeNames.flatMap((guarantee) => {
      const value = field(field(candidate, 'guarantees'), guarantee);
      return typeof value === 'boolean' || (guarantee === MAY_BE_LEFT_OUT && value === undefined)
        ? []
        : [`whose guarantees.${guarantee} is true or false (it is ${shown(value)})`];
    }),
    ...(known
      ? []
      : ['with a function section(resources, settings), or open(resources, settings)']),
    ...(isDefined(candidate) || has(candidate, 'settings')
      ? []
      : [`with a function settings(env, read) (it is ${shown(field(candidate, 'settings'))})`]),
  ];
}

const fault = (value: string, allowed: string): ConfigFault => ({
  variable: 'LOCK_STRATEGY',
  value,
  allowed,
});

/**
 * A plugin from outside as one of ours: `candidate` is what a module exported, `value` how the
 * configuration named it, `source` the file it came from. Throws ConfigFaults that name each field
 * that is missing or wrong.
 */
export function adaptPlugin(candidate: unknown, value: string, source: string): Plugin {
  const faults = faultsOf(candidate);
  if (faults.length > 0)
    throw new ConfigFaults(faults.map((what) => fault(value, `a strategy ${what}`)));
  const opened = <Thing>(thing: Thing, method: 'enter' | 'issue'): Thing => {
    if (!has(thing, method))
      throw new ConfigFaults([
        fault(value, `a strategy that opens as an object with a function ${method}`),
      ]);
    return thing;
  };
  return { ...defined(candidate, opened), source };
}

type Check = <Thing>(thing: Thing, method: 'enter' | 'issue') => Thing;

function defined(candidate: unknown, opened: Check): Plugin {
  if (isSection(candidate)) {
    return defineSection({
      ...manifestOf(candidate),
      async section(resources, settings) {
        const section = opened(
          await translateErrors(() => candidate.section(provide(resources), settings)),
          'enter',
        );
        return {
          enter: (terms, work, deadline) =>
            translateErrors(() => section.enter(terms, work, deadline)),
          ...closing(section),
        };
      },
    });
  }
  if (isEngine(candidate)) {
    return definePlugin({
      ...manifestOf(candidate),
      async open(resources, settings) {
        const strategy = opened(
          await translateErrors(() => candidate.open(provide(resources), settings)),
          'issue',
        );
        return {
          issue: (claim, deadline) => translateErrors(() => strategy.issue(claim, deadline)),
          warnings: strategy.warnings ?? [],
          ...closing(strategy),
        };
      },
    });
  }
  if (isDefined(candidate)) return candidate;
  throw new Error('checked before: it is one of the three');
}

const manifestOf = (
  plugin: ExternalSection<unknown> | ExternalEngine<unknown>,
): Omit<SectionPlugin<unknown>, 'section'> => ({
  name: plugin.name,
  ...(plugin.summary === undefined ? {} : { summary: plugin.summary }),
  guarantees: {
    ...plugin.guarantees,
    // a lock that loses no update also issues in order, an engine need not
    issuesInOrder:
      plugin.guarantees.issuesInOrder ?? (isSection(plugin) && plugin.guarantees.neverLosesUpdates),
  },
  settings: (env: NodeJS.ProcessEnv, read: SettingsReader) => {
    try {
      return plugin.settings(env, read);
    } catch (error) {
      throw ownError(error);
    }
  },
});

const closing = (thing: Partial<AsyncDisposable>): AsyncDisposable => ({
  [Symbol.asyncDispose]: async () => thing[Symbol.asyncDispose]?.(),
});

/**
 * Calls into the plugin; what it rejects with comes back as an error of ours where it is one in
 * another's clothes.
 */
async function translateErrors<T>(call: () => T | Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw ownError(error);
  }
}

const kinds: Readonly<Record<NoVerdictKind, true>> = {
  contended: true,
  deadlocked: true,
  'lease-lost': true,
  unavailable: true,
  indeterminate: true,
};
const isKind = (value: unknown): value is NoVerdictKind =>
  typeof value === 'string' && Object.hasOwn(kinds, value);
const isFault = (value: unknown): value is ConfigFault =>
  ['variable', 'value', 'allowed'].every((key) => typeof field(value, key) === 'string');
const isText = (value: unknown): value is string => typeof value === 'string';

/**
 * A package may carry a copy of our error classes in its bundle, or imitate them: `instanceof` does
 * not know those, their names do. Returns our own error for them, with theirs as the cause, and
 * everything else as it is.
 */
export function ownError(error: unknown): unknown {
  if (
    [NoVerdict, DuplicateClaim, StaleSnapshot, ConfigFaults].some((ours) => error instanceof ours)
  )
    return error;
  const [kind, claims, faults, message] = [
    field(error, 'kind'),
    field(error, 'claims'),
    field(error, 'faults'),
    String(field(error, 'message')),
  ];
  switch (field(error, 'name')) {
    case 'NoVerdict':
      return isKind(kind) ? new NoVerdict(kind, message, { cause: error }) : error;
    case 'DuplicateClaim':
      return Array.isArray(claims) && claims.every(isText)
        ? new DuplicateClaim(claims.map(claimId), { cause: error })
        : error;
    case 'StaleSnapshot':
      return new StaleSnapshot(message, { cause: error });
    case 'ConfigFaults':
      return Array.isArray(faults) && faults.every(isFault) ? new ConfigFaults(faults) : error;
    default:
      return error;
  }
}
