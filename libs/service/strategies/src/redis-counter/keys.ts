import type { CouponId } from '@coupon/domain';
import type { RedisConnection } from '@coupon/redis';

/** ioredis's client, as @coupon/redis opens it: it puts the prefix before every key. */
export type RedisClient = RedisConnection['client'];

/** Every coupon that was ever seeded: where the write-behind worker looks for grants. */
export const SEEDED_COUPONS = 'counter:coupons';

/** Coupons of which rows are missing, until their counters are seeded again. */
export const COUPONS_WITH_GAP = 'counter:gaps';

/** Coupons whose rows do not add up: they have no counter until somebody repaired the row. */
export const UNSOUND_COUPONS = 'counter:unsound';

/** Held by the one worker that is active. */
export const WORKER_LEASE = 'counter:settler';

/**
 * Every granted claim of every coupon: a claim id that was used for another coupon must be
 * recognized in the step that would grant it. So this key has no coupon's hash tag, and the script
 * works on a single Redis with its replicas, not on a cluster.
 */
export const GRANTED_CLAIMS = 'counter:claims';

/** The workers' consumer group, in every stream. */
export const WORKERS = 'settlers';

/**
 * The keys of one coupon; they share a hash tag, so that a cluster keeps them on one node.
 *
 * The counter's fields: `epoch`, the seeding that its numbers come from; `taken`, the highest
 * ordinal ever given (a coupon that never came back has as many taken, hence its name, which older
 * releases know); `unrecorded`, how many of the ordinals up to it take nothing any more, because
 * their coupons came back or never got a row; `total`, the row's total as it was counted last
 * (absent: counted by an older release); `revision`, which grows with every acknowledgement and
 * recount. So `taken` less `unrecorded` are taken.
 */
export interface CounterKeys {
  readonly counter: string;
  readonly held: string;
  readonly grants: string;
}

/** A coupon's keys, without the connection's prefix. */
export const keysOf = (coupon: CouponId): CounterKeys => {
  const tag = `{coupon:${coupon}}`;
  return { counter: `${tag}:counter`, held: `${tag}:held`, grants: `${tag}:grants` };
};
