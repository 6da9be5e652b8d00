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
import { claimId } from '@coupon/domain';
import { StaleSnapshot } from '@coupon/concurrency';
import { provide, type ExternalResources } from './plugin-api.js';
import {
  definePlugin,
  defineSection,
  restOf,
  type Plugin,
  type SectionPlugin,
  type StrategyPlugin,
} from './plugin.js';

/** What an external plugin declares; `issuesInOrder` is derived where it is left out. */
export type ExternalGuarantees = Omit<Guarantees, 'issuesInOrder'> & Partial<Guarantees>;

/** An external lock: its package exports a plain object of this shape. */
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

/** An external engine: its package exports a plain object of this shape. */
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

const propertyOf = (thing: unknown, key: PropertyKey): unknown =>
  typeof thing === 'object' && thing !== null ? Reflect.get(thing, key) : undefined;
const hasMethod = (thing: unknown, method: string): boolean =>
  typeof propertyOf(thing, method) === 'function';

const isSection = (thing: unknown): thing is ExternalSection<unknown> =>
  hasMethod(thing, 'section');
const isEngine = (thing: unknown): thing is ExternalEngine<unknown> => hasMethod(thing, 'open');
const isDefined = (thing: unknown): thing is Plugin => hasMethod(thing, 'configure');

/** The guarantee that plugins may leave out: it is younger than the others. */
const MAY_BE_LEFT_OUT = 'issuesInOrder' satisfies GuaranteeName;
/** A name becomes a file name, a metric label and a table heading. */
const namePattern = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const NAME_LENGTH_MAX = 60;

/** The faults of a candidate, as phrases that follow "must be a strategy". */
function faultsOf(candidate: unknown): readonly string[] {
  const name = propertyOf(candidate, 'name');
  const display = (value: unknown): string =>
    typeof value === 'string'
      ? JSON.stringify(value.slice(0, 80))
      : value === null || typeof value !== 'object'
        ? String(value)
        : 'an object';
  const nameIsGood =
    typeof name === 'string' && name.length <= NAME_LENGTH_MAX && namePattern.test(name);
  const known = isSection(candidate) || isEngine(candidate) || isDefined(candidate);
  return [
    ...(nameIsGood
      ? []
      : [
          'whose name is words of a-z and 0-9 joined by "-", ' +
            `${NAME_LENGTH_MAX} characters at most (it is ${display(name)})`,
        ]),
    ...guaranteeNames.flatMap((guarantee) => {
      const value = propertyOf(propertyOf(candidate, 'guarantees'), guarantee);
      return typeof value === 'boolean' || (guarantee === MAY_BE_LEFT_OUT && value === undefined)
        ? []
        : [`whose guarantees.${guarantee} is true or false (it is ${display(value)})`];
    }),
    ...(known
      ? []
      : ['with a function section(resources, settings), or open(resources, settings)']),
    ...(isDefined(candidate) || hasMethod(candidate, 'settings')
      ? []
      : [
          'with a function settings(env, read) ' +
            `(it is ${display(propertyOf(candidate, 'settings'))})`,
        ]),
  ];
}

const fault = (value: string, allowed: string): ConfigFault => ({
  variable: 'LOCK_STRATEGY',
  value,
  allowed,
});

/**
 * Adapts an external plugin: `candidate` is what the module exports, `value` its name in the
 * configuration, `source` its file. Throws ConfigFaults that name each missing or wrong field.
 */
export function adaptPlugin(candidate: unknown, value: string, source: string): Plugin {
  const faults = faultsOf(candidate);
  if (faults.length > 0)
    throw new ConfigFaults(faults.map((what) => fault(value, `a strategy ${what}`)));
  const opened = <Thing>(thing: Thing, method: 'enter' | 'issue'): Thing => {
    if (!hasMethod(thing, method))
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
          ...restOf(section),
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
          ...restOf(strategy),
        };
      },
    });
  }
  if (isDefined(candidate)) return candidate;
  throw new Error('a checked candidate is a section, an engine or a plugin');
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

/**
 * Calls the plugin and translates its errors: see {@link ownError}.
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
  inconsistent: true,
  indeterminate: true,
};
const isKind = (value: unknown): value is NoVerdictKind =>
  typeof value === 'string' && Object.hasOwn(kinds, value);
const isFault = (value: unknown): value is ConfigFault =>
  ['variable', 'value', 'allowed'].every((key) => typeof propertyOf(value, key) === 'string');
const isText = (value: unknown): value is string => typeof value === 'string';

/**
 * A package may bundle a copy of the service's error classes, or imitate them: `instanceof` does
 * not recognize those, their names do. Returns the service's own error for them, with the original
 * as its cause, and any other error unchanged.
 */
export function ownError(error: unknown): unknown {
  if (
    [NoVerdict, DuplicateClaim, StaleSnapshot, ConfigFaults].some((ours) => error instanceof ours)
  )
    return error;
  const kind = propertyOf(error, 'kind');
  const claims = propertyOf(error, 'claims');
  const faults = propertyOf(error, 'faults');
  const message = String(propertyOf(error, 'message'));
  switch (propertyOf(error, 'name')) {
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
