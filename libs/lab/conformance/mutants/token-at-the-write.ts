import { judge } from '@coupon/domain';
import { insertGrants, runTransaction } from '@coupon/mysql';
import { definePlugin } from '@coupon/strategies';
import { StaleSnapshot } from '@coupon/concurrency';
import { allGuarantees, NoVerdict } from '@coupon/application';
import { acquireKey } from './support/acquire-key.js';
import type { KilledBy } from './support/killed-by.js';

/** See {@link KilledBy}. */
export const killedBy: KilledBy = { scenario: 'paused-holder', invariant: 'no-coupon-too-many' };

/**
 * A fencing token that only the write looks at: it stops the old writer, but not a new holder who
 * read before the old one's COMMIT.
 */
export default definePlugin({
  name: 'token-at-the-write',
  guarantees: allGuarantees,
  settings: (_env, read) =>
    read.integer('MUTANT_LEASE_MS', { fallback: 5_000, min: 100, max: 60_000 }),
  async open({ mysql, redis }, leaseMs) {
    const connection = await redis();
    const { client } = connection;
    return {
      async issue(claim, deadline) {
        const { couponId } = claim.terms;
        const key = `mutant:${couponId}`;
        const token = claim.id;
        await acquireKey(connection, key, token, leaseMs, deadline);
        try {
          const fence = await client.incr(`mutant:${couponId}:fence`);
          return await runTransaction(
            mysql,
            async (transaction) => {
              const coupon = transaction
                .selectFrom('coupons')
                .selectAll()
                .where('id', '=', couponId);
              const { quantity, total_quantity: total } = await coupon.executeTakeFirstOrThrow();
              const [verdict] = judge(
                { taken: total - quantity, held: new Map(), readAtMs: mysql.clock.nowMs() },
                [claim],
              );
              if (verdict?.kind !== 'granted') return verdict ?? unjudged();
              await insertGrants(transaction, [verdict]);
              const write = transaction
                .updateTable('coupons')
                .set({ quantity: quantity - 1, version: fence });
              const { numUpdatedRows } = await write
                .where('id', '=', couponId)
                .where('version', '<', fence)
                .executeTakeFirst();
              if (numUpdatedRows === 0n) throw new StaleSnapshot('a later token has written');
              return verdict;
            },
            deadline,
          );
        } catch (error) {
          throw error instanceof StaleSnapshot ? new NoVerdict('lease-lost', error.message) : error;
        } finally {
          await client.eval(
            "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end",
            1,
            key,
            token,
          );
        }
      },
    };
  },
});

const unjudged = (): never => {
  throw new Error('the law answers every claim');
};
