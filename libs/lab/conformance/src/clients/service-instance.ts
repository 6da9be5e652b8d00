import { setTimeout as sleep } from 'node:timers/promises';
import { IssueCoupon, openTogether } from '@coupon/application';
import type { ClaimId, Terms, UserId } from '@coupon/domain';
import { MysqlCatalog, MysqlGrants } from '@coupon/mysql';
import { openRuntime, runtimeSettings, silentLog } from '@coupon/runtime';
import type { Plugin } from '@coupon/strategies';
import { openProxies, type Proxies } from '../proxy/open-proxies.js';
import {
  askStrategy,
  askUseCase,
  clock,
  withPatience,
  type Answer,
  type Client,
} from './answer.js';
import { environmentOf, type Endpoints } from './endpoints.js';

/**
 * A strategy opened in this process as another process would open it: with a pool, a Redis
 * connection and proxies of its own.
 */
export interface ServiceInstance extends Client {
  readonly proxies: Proxies;
  /** Like `issue`, but through the use case, as a client with an idempotency key. */
  issueWithKey(terms: Terms, user: UserId, id: ClaimId, waitMs: number): Promise<Answer>;
  /** Whether the strategy has asked for Redis. */
  usedRedis(): boolean;
  /**
   * Closes the strategy and its resources, as a service does at its end, and resolves with how many
   * of its connections are still open soon after.
   */
  close(): Promise<number>;
}

/** A connection that was ended in order is gone by then, also on a busy machine. */
const GONE_WITHIN_MS = 3_000;

/** How many connections through the proxies stay open. */
async function openConnections({ mysql, redis }: Proxies): Promise<number> {
  const untilMs = clock.monotonicMs() + GONE_WITHIN_MS;
  const count = (): number => mysql.connectionCount + redis.connectionCount;
  while (count() > 0 && clock.monotonicMs() < untilMs) await sleep(20);
  return count();
}

/** How an instance differs from the usual one. */
export interface InstanceOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly redisUrl?: string;
}

/** Opens an instance. Rejects with why the strategy cannot open. */
export const openInstance = (
  plugin: Plugin,
  endpoints: Endpoints,
  options: InstanceOptions = {},
): Promise<ServiceInstance> =>
  openTogether(async (stack) => {
    const { databaseUrl, redisUrl } = endpoints;
    const proxies = stack.use(await openProxies(databaseUrl, options.redisUrl ?? redisUrl));
    const settings = await runtimeSettings(environmentOf(proxies, endpoints, options.env), plugin);
    const runtime = await openRuntime(settings, { clock, log: silentLog });
    let closing: Promise<void> | undefined;
    const close = (): Promise<void> =>
      (closing ??= Promise.resolve(runtime[Symbol.asyncDispose]()));
    stack.use({ [Symbol.asyncDispose]: close });
    const { strategy, resources } = runtime;
    const catalog = new MysqlCatalog(resources.mysql);
    const useCase = new IssueCoupon(catalog, strategy, new MysqlGrants(resources.mysql), clock);
    return {
      proxies,
      usedRedis: () => resources.redisInUse() !== undefined,
      async close() {
        await close();
        return openConnections(proxies);
      },
      issue: (terms: Terms, user: UserId, id: ClaimId, waitMs: number) =>
        withPatience(askStrategy(strategy, { id, terms, user }, waitMs), waitMs),
      issueWithKey: (terms: Terms, user: UserId, id: ClaimId, waitMs: number) =>
        withPatience(askUseCase(useCase, { id, terms, user }, waitMs), waitMs),
    };
  });
