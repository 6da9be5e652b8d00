import { ConfigFaults } from '@coupon/application';
import { loadPlugin, plugins, type Plugin } from '@coupon/strategies';

/** Plugins around other lock libraries: workspaces here, but loaded by name as any package is. */
const comparisons: readonly string[] = [
  '@coupon/comparison-redlock',
  '@coupon/comparison-redis-semaphore',
];
const builtIn: readonly string[] = plugins.map((plugin) => plugin.name);

const groups: ReadonlyMap<string, readonly string[]> = new Map([
  ['built-in', builtIn],
  ['comparisons', comparisons],
  ['all', [...builtIn, ...comparisons]],
]);

/**
 * The strategies of a comma-separated list of names, groups, packages and files, each once, in
 * order. Rejects with ConfigFaults: one for each that cannot be loaded, and for two of the same
 * name, which a result could not tell apart.
 */
export async function resolveStrategies(list: string): Promise<readonly Plugin[]> {
  const names = new Set(
    list.split(',').flatMap((name) => groups.get(name.trim()) ?? [name.trim()]),
  );
  const loaded = await Promise.allSettled([...names].map(loadPlugin));
  const faults = loaded.flatMap((outcome) => {
    if (outcome.status === 'fulfilled') return [];
    if (outcome.reason instanceof ConfigFaults) return outcome.reason.faults;
    throw outcome.reason;
  });
  const chosen = new Map<string, Plugin>();
  for (const outcome of loaded) {
    if (outcome.status === 'rejected') continue;
    const { name, source = 'built in' } = outcome.value;
    const taken = chosen.get(name);
    if (taken === undefined) chosen.set(name, outcome.value);
    else
      faults.push({
        variable: 'LOCK_STRATEGY',
        value: source,
        allowed: `a strategy of another name than "${name}" (${taken.source ?? 'built in'} has it)`,
      });
  }
  if (faults.length > 0) throw new ConfigFaults(faults);
  return [...chosen.values()];
}
