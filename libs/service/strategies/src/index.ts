import { ConfigFaults } from '@coupon/application';
import { closest } from 'fastest-levenshtein';
import { groupCommit } from './group-commit/group-commit.js';
import { isExternal, loadExternal } from './load.js';
import { localMutex } from './local-mutex/local-mutex.js';
import { mysqlConditionalUpdate } from './mysql-conditional-update/mysql-conditional-update.js';
import { mysqlForUpdate } from './mysql-for-update/mysql-for-update.js';
import { mysqlNamedLock } from './mysql-named-lock/mysql-named-lock.js';
import { mysqlOptimistic } from './mysql-optimistic/mysql-optimistic.js';
import { mysqlSerializable } from './mysql-serializable/mysql-serializable.js';
import { mysqlSkipLocked } from './mysql-skip-locked/mysql-skip-locked.js';
import { noLock } from './no-lock/no-lock.js';
import type { Plugin } from './plugin.js';
import { redisCounter } from './redis-counter/redis-counter.js';
import { redisPubsubLock } from './redis-pubsub-lock/redis-pubsub-lock.js';
import { redisQueueLock } from './redis-queue-lock/redis-queue-lock.js';
import { redisSpinLock } from './redis-spin-lock/redis-spin-lock.js';

export {
  definePlugin,
  defineSection,
  type Plugin,
  type Resources,
  type SectionPlugin,
  type StrategyPlugin,
  type Warnings,
} from './plugin.js';
export type { ExternalEngine, ExternalSection } from './external.js';
export type { ExternalResources, PluginApi } from './plugin-api.js';
// What a strategy receives and returns, so that its author imports types from one place.
export type { Deadline, Guarantees, IssuanceStrategy } from '@coupon/application';
export type { Claim, Granted, StockSnapshot, Terms, UserId, Verdict } from '@coupon/domain';
export type { Mysql, Schema, Work } from '@coupon/mysql';
export {
  openWriteBehindWorker,
  type WriteBehindResources,
} from './redis-counter/write-behind-worker.js';
export { writeBehindSettings, type WriteBehindSettings } from './redis-counter/settings.js';

/** Every strategy there is. */
export const plugins: readonly Plugin[] = [
  noLock,
  localMutex,
  redisSpinLock,
  redisPubsubLock,
  redisQueueLock,
  mysqlForUpdate,
  mysqlNamedLock,
  mysqlOptimistic,
  mysqlSerializable,
  mysqlConditionalUpdate,
  mysqlSkipLocked,
  groupCommit(() => plugins),
  redisCounter,
];

/** The strategy of that name. Throws ConfigFaults with the names there are, and the nearest one. */
export function pluginNamed(name: string): Plugin {
  const found = plugins.find((plugin) => plugin.name === name);
  if (found !== undefined) return found;
  const names = plugins.map((plugin) => plugin.name);
  throw new ConfigFaults([
    {
      variable: 'LOCK_STRATEGY',
      value: name,
      allowed: `one of ${names.join(', ')} (nearest: ${closest(name, names)})`,
    },
  ]);
}

/**
 * The built-in strategy of that name, or the one that a package or a file of that name exports,
 * looked for from the working directory. Rejects with ConfigFaults.
 */
export async function loadPlugin(name: string): Promise<Plugin> {
  return isExternal(name) ? loadExternal(name) : pluginNamed(name);
}
