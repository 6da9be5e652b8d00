import { openTogether } from '@coupon/application';
import { FaultProxy } from './fault-proxy.js';

/** The proxies between one client and its servers. */
export interface Proxies {
  readonly mysql: FaultProxy;
  readonly redis: FaultProxy;
}

/**
 * Opens two proxies, each before the server of its URL. Rejects, with none left open, when one of
 * them cannot open. Disposing closes both.
 */
export const openProxies = (
  databaseUrl: string,
  redisUrl: string,
): Promise<Proxies & AsyncDisposable> =>
  openTogether(async (stack) => ({
    mysql: stack.use(await FaultProxy.open('mysql', databaseUrl)),
    redis: stack.use(await FaultProxy.open('redis', redisUrl)),
  }));
