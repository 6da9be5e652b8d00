import type { DisposalStack } from '@coupon/application';
import { FaultProxy } from '@coupon/conformance';
import { provideToxiproxy, type ToxicProxy } from '@coupon/services';
import type { RigNeeds } from './fault.js';
import type { Path, Paths } from './instance.js';

/** What stands between one API process and its servers, and where it finds them. */
type OpenedPaths = Paths & { readonly urls: Path<string> };

/**
 * Resolves with a function that opens the paths of one more API process to these servers, as the
 * fault needs them. `stack` closes them.
 */
export async function pathsFor(
  { path = 'direct' }: RigNeeds,
  stack: DisposalStack,
  servers: Path<string>,
): Promise<() => Promise<OpenedPaths>> {
  if (path === 'direct')
    return () => Promise.resolve({ proxies: null, toxics: null, urls: servers });
  if (path === 'messages')
    return async () => {
      const proxies = {
        mysql: stack.use(await FaultProxy.open('mysql', servers.mysql)),
        redis: stack.use(await FaultProxy.open('redis', servers.redis)),
      };
      return { proxies, toxics: null, urls: urlsOf(proxies) };
    };
  const toxiproxy = stack.use(await provideToxiproxy());
  const open = async (target: string): Promise<ToxicProxy> => {
    const proxy = await toxiproxy.open(target);
    // Connections made from now on end with RST when the proxy is disabled.
    await proxy.add('downstream', { type: 'reset_peer', timeout: 0, toxicity: 0 });
    return proxy;
  };
  return async () => {
    const toxics = { mysql: await open(servers.mysql), redis: await open(servers.redis) };
    return { proxies: null, toxics, urls: urlsOf(toxics) };
  };
}

const urlsOf = ({ mysql, redis }: Path<{ readonly url: string }>): Path<string> => ({
  mysql: mysql.url,
  redis: redis.url,
});
