import { openTogether } from '@coupon/application';
import type { Plugin } from '@coupon/strategies';
import { openProxies, type Proxies } from '../proxy/open-proxies.js';
import { shortLeases } from '../short-leases.js';
import { environmentOf, type Endpoints } from './endpoints.js';
import { startWorker, type WorkerProcess } from './worker-process.js';

/** A worker process and its proxies. */
export interface ProxiedWorker extends WorkerProcess {
  readonly proxies: Proxies;
  /** Settings that make an instance its peer: both share what they keep in Redis. */
  readonly peerEnv: Readonly<Record<string, string>>;
}

/** Starts a worker with short leases. Rejects with why its strategy cannot open. */
export const openWorker = (
  plugin: Plugin,
  endpoints: Endpoints,
  redisKeyPrefix: string,
): Promise<ProxiedWorker> =>
  openTogether(async (stack) => {
    const proxies = stack.use(await openProxies(endpoints.databaseUrl, endpoints.redisUrl));
    const peerEnv = { REDIS_KEY_PREFIX: redisKeyPrefix };
    const env = environmentOf(proxies, endpoints, { ...shortLeases(plugin), ...peerEnv });
    const worker = stack.use(await startWorker(plugin.source ?? plugin.name, env));
    return { ...worker, proxies, peerEnv };
  });

/**
 * Lends workers, starting as many as are missing, each with a number of its own. One scenario at a
 * time asks.
 */
export function workerPool(
  start: (number: number) => Promise<ProxiedWorker>,
): (count: number) => Promise<readonly ProxiedWorker[]> {
  const started: ProxiedWorker[] = [];
  return (count) =>
    Promise.all(
      Array.from({ length: count }, async (_, n) => {
        const known = started[n];
        if (known?.isAlive() === true) return known;
        return (started[n] = await start(n));
      }),
    );
}
