import { ConfigFaults } from '@coupon/application';
import { closest } from 'fastest-levenshtein';
import { groupCommit } from './group-commit/group-commit.js';
import { mysqlForUpdate } from './mysql-for-update/mysql-for-update.js';
import { noLock } from './no-lock/no-lock.js';
import type { Plugin } from './plugin.js';
import { redisSpinLock } from './redis-spin-lock/redis-spin-lock.js';

export { definePlugin, defineSection, type Guarantees, type Plugin, type Resources, type SectionPlugin, type StrategyPlugin } from './plugin.js';

/** Every strategy there is. */
export const plugins: readonly Plugin[] = [noLock, redisSpinLock, mysqlForUpdate, groupCommit(() => plugins)];

/** The strategy of that name. Throws ConfigFaults with the names there are, and the nearest one. */
export function pluginNamed(name: string): Plugin {
  const found = plugins.find((plugin) => plugin.name === name);
  if (found !== undefined) return found;
  const names = plugins.map((plugin) => plugin.name);
  throw new ConfigFaults([{ variable: 'LOCK_STRATEGY', value: name, allowed: `one of ${names.join(', ')} (nearest: ${closest(name, names)})` }]);
}
