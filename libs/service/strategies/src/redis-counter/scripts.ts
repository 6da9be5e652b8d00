import type { Result } from 'ioredis';
import { readScript, type RedisConnection } from '@coupon/redis';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    /** take-4.lua */
    takeCoupon(
      counter: string,
      held: string,
      claims: string,
      grants: string,
      claim: string,
      user: number,
      totalQuantity: number,
      perUserLimit: number | '',
      nowMs: number,
      coupon: number,
    ): Result<number[], Context>;
    /** seed-4.lua */
    seedCounter(
      counter: string,
      held: string,
      claims: string,
      grants: string,
      epoch: string,
      lastOrdinal: number,
      taken: number,
      totalQuantity: number,
      group: string,
      ...userCounts: number[]
    ): Result<number, Context>;
    /** recount-3.lua */
    recountCoupon(
      counter: string,
      held: string,
      grants: string,
      epoch: string,
      revision: string,
      taken: number,
      totalQuantity: number,
      entriesMax: number,
      recordedCount: number,
      ...entriesAndUserCounts: (string | number)[]
    ): Result<number, Context>;
    /** acknowledge-3.lua */
    acknowledgeGrants(
      grants: string,
      counter: string,
      claims: string,
      group: string,
      reseed: 0 | 1,
      forgottenCount: number,
      ...claimsAndEntries: string[]
    ): Result<number, Context>;
    /** lead-1.lua */
    leadWorkers(
      lease: string,
      replaceable: string,
      value: string,
      leaseMs: number,
    ): Result<string, Context>;
  }
}

const script = (name: string, keyCount: number) =>
  readScript(new URL(`./${name}-${keyCount}.lua`, import.meta.url), keyCount);
const take = script('take', 4);
const seed = script('seed', 4);
const recount = script('recount', 3);
const acknowledge = script('acknowledge', 3);
const lead = script('lead', 1);

/** `client` with the counter's scripts as its commands; call it for every connection. */
export function withCounterCommands(client: RedisConnection['client']): RedisConnection['client'] {
  client.defineCommand('takeCoupon', take);
  client.defineCommand('seedCounter', seed);
  client.defineCommand('recountCoupon', recount);
  client.defineCommand('acknowledgeGrants', acknowledge);
  client.defineCommand('leadWorkers', lead);
  return client;
}
