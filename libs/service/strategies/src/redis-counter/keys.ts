import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { CouponId } from '@coupon/domain';
import type { RedisConnection } from '@coupon/redis';

/** ioredis's client, as libs/service/redis opens it: it puts the prefix before every key. */
export type Client = RedisConnection['client'];

/** All coupons that were ever seeded here: where the settler looks for grants. */
export const SEEDED_COUPONS = 'counter:coupons';

/** Held by the settler whose turn it is. */
export const SETTLER_LEASE = 'counter:settler';

/**
 * All claims that were granted, of all coupons: a key that was used for another coupon must be
 * recognised in the step that would grant it. So it bears no coupon's tag, and the script is one
 * for a single Redis and its replicas, not for a cluster.
 */
export const GRANTED_CLAIMS = 'counter:claims';

/** The settlers' consumer group, in every stream. */
export const SETTLERS = 'settlers';

/**
 * The keys of one coupon: they share a hash tag, so that they stand together wherever they are put.
 */
export interface CounterKeys {
  readonly counter: string;
  readonly held: string;
  readonly grants: string;
}

/** What a coupon's keys are called, without the connection's prefix. */
export const keysOf = (coupon: CouponId): CounterKeys => {
  const tag = `{coupon:${coupon}}`;
  return { counter: `${tag}:counter`, held: `${tag}:held`, grants: `${tag}:grants` };
};

/** A Lua script beside this file. Its text goes over the wire only when Redis doesn't know it. */
export class Script {
  private readonly text: string;
  private readonly sha: string;

  constructor(file: string) {
    this.text = readFileSync(new URL(file, import.meta.url), 'utf8');
    this.sha = createHash('sha1').update(this.text).digest('hex');
  }

  /** Resolves with the reply. Rejects with the client's own errors. */
  async run(
    client: Client,
    keys: readonly string[],
    args: readonly (string | number)[],
  ): Promise<unknown> {
    try {
      return await client.evalsha(this.sha, keys.length, ...keys, ...args);
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return client.eval(this.text, keys.length, ...keys, ...args);
    }
  }
}

/** The numbers of a script's reply. */
export const numbersIn = (reply: unknown): readonly number[] =>
  Array.isArray(reply) ? reply.map(Number) : [Number(reply)];
