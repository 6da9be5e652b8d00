import { ConfigFaults, type Guarantees } from '@coupon/application';
import { plugins, type Plugin } from '@coupon/strategies';
import { closest } from 'fastest-levenshtein';

/** A strategy in the fault lab: with its defaults, or with a setting that adds a guarantee. */
export interface Subject {
  /** The strategy's name; `.fenced` behind it where its locks are fenced. */
  readonly name: string;
  readonly strategy: string;
  /** Settings that make it this variant. */
  readonly env: Readonly<Record<string, string>>;
  readonly guarantees: Guarantees;
  /** It cannot issue without Redis. */
  readonly usesRedis: boolean;
  /** Its grants are recorded after their answer, by a worker. */
  readonly writesBehind: boolean;
  /** It differs from the strategy's defaults. */
  readonly isVariant: boolean;
  /** The variable of its lease, where it has one. */
  readonly leaseVariable: string | null;
}

const subjectOf = (plugin: Plugin): Subject => {
  const variables = plugin.declaredSettings.map(({ variable }) => variable);
  return {
    name: plugin.name,
    strategy: plugin.name,
    env: {},
    guarantees: plugin.guarantees,
    usesRedis: variables.some((variable) => variable.startsWith('REDIS_')),
    writesBehind: !plugin.guarantees.recordedOnReturn,
    isVariant: false,
    leaseVariable: variables.find((variable) => variable.endsWith('_LEASE_MS')) ?? null,
  };
};

function* variantsOf(plugin: Plugin): Generator<Subject> {
  const subject = subjectOf(plugin);
  yield subject;
  for (const { variable, adds } of plugin.declaredSettings) {
    if (adds === undefined) continue;
    const variant = variable.split('_').at(-1)?.toLowerCase() ?? adds;
    yield {
      ...subject,
      name: `${plugin.name}.${variant}`,
      env: { [variable]: 'true' },
      isVariant: true,
      guarantees: { ...plugin.guarantees, [adds]: true },
    };
  }
}

/** Every strategy, and its variants that guarantee more. */
export const subjects: readonly Subject[] = plugins.flatMap((plugin) => [...variantsOf(plugin)]);

/** The subject of that name. Throws ConfigFaults with the names there are, and the nearest one. */
export const subjectNamed = (name: string): Subject => named('--strategy', name, subjects);

/** The one of that name. Throws ConfigFaults with the names there are, and the nearest one. */
export function named<Thing extends { readonly name: string }>(
  option: string,
  name: string,
  things: readonly Thing[],
): Thing {
  const found = things.find((thing) => thing.name === name);
  if (found !== undefined) return found;
  const names = things.map((thing) => thing.name);
  throw new ConfigFaults([
    {
      variable: option,
      value: name,
      allowed: `one of ${names.join(', ')} (nearest: ${closest(name, names)})`,
    },
  ]);
}
