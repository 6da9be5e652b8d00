import { randomUUID } from 'node:crypto';
import { allGuarantees, NoVerdict, type Deadline, type Guarantees } from '@coupon/application';
import type { Terms } from '@coupon/domain';
import { withConcurrencyLimit } from '@coupon/concurrency';
import type { RedisConnection } from '@coupon/redis';
import { defineSection, type Plugin } from '@coupon/strategies';
import { acquireKey } from './acquire-key.js';

/** One claim's lock, as its steps see it. */
export interface LockInUse {
  readonly connection: RedisConnection;
  readonly key: string;
  readonly token: string;
  readonly leaseMs: number;
}

/** The steps of a lock in Redis; a mutant replaces one of them by a wrong one. */
export interface LockSteps {
  readonly keyOf: (terms: Terms) => string;
  readonly newToken: () => string;
  /** Resolves once the lock is held; rejects with NoVerdict. */
  readonly take: (lock: LockInUse, deadline: Deadline) => Promise<unknown>;
  readonly release: (lock: LockInUse) => Promise<unknown>;
  /** Whether the release also runs where `take` failed. */
  readonly releasesWhatItDidNotTake: boolean;
  /** Whether a COMMIT without an answer leaves the lock to its lease. */
  readonly keepsAfterLostCommit: boolean;
  /** Whether a holder whose lease is over goes on to COMMIT. */
  readonly outlivesItsLease: boolean;
  /** How many claims of a coupon may be in the lock's bracket in one process. */
  readonly concurrencyMax: number;
  readonly guarantees: Guarantees;
}

/** Deletes the lock if it is still the claim's. */
export const compareAndDelete = ({ connection, key, token }: LockInUse): Promise<unknown> =>
  connection.client.eval(
    "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0",
    1,
    key,
    token,
  );

/** The steps of a lock that is right. */
export const rightSteps: LockSteps = {
  keyOf: ({ couponId }) => `mutant:${couponId}`,
  newToken: randomUUID,
  take: ({ connection, key, token, leaseMs }, deadline) =>
    acquireKey(connection, key, token, leaseMs, deadline),
  release: compareAndDelete,
  releasesWhatItDidNotTake: false,
  keepsAfterLostCommit: true,
  outlivesItsLease: false,
  concurrencyMax: 1,
  guarantees: { ...allGuarantees, survivesPausedHolder: false },
};

/** A lock in Redis around a plain transaction: right, but for the steps in `wrong`. */
export function leaseLock(name: string, wrong: Partial<LockSteps>): Plugin {
  const steps = { ...rightSteps, ...wrong };
  return defineSection({
    name,
    guarantees: steps.guarantees,
    settings: (_env, read) =>
      read.integer('MUTANT_LEASE_MS', { fallback: 5_000, min: 100, max: 60_000 }),
    async section({ stockStore, redis, clock }, leaseMs) {
      const connection = await redis();
      const limits = { concurrencyMax: steps.concurrencyMax, queueMax: 10_000 };
      return withConcurrencyLimit(name, limits, {
        async enter(terms, work, deadline) {
          const lock = { connection, key: steps.keyOf(terms), token: steps.newToken(), leaseMs };
          let isReleasable = steps.releasesWhatItDidNotTake;
          try {
            await steps.take(lock, deadline);
            isReleasable = true;
            const untilMs = clock.monotonicMs() + leaseMs;
            return await stockStore.inTransaction(
              'plain',
              async (stock) => {
                const result = await work(stock);
                if (!steps.outlivesItsLease && clock.monotonicMs() >= untilMs)
                  throw new NoVerdict('lease-lost', `${lock.key}: over before COMMIT`);
                return result;
              },
              deadline,
            );
          } catch (error) {
            const isLost = error instanceof NoVerdict && error.kind === 'indeterminate';
            if (isLost && steps.keepsAfterLostCommit) isReleasable = false;
            throw error;
          } finally {
            if (isReleasable) await steps.release(lock).catch(() => undefined);
          }
        },
      });
    },
  });
}
