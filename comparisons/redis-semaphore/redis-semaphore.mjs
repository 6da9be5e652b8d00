import { Mutex, TimeoutError } from 'redis-semaphore';

/**
 * How the lock is taken; the defaults are redis-spin-lock's, so that the two are compared at equal
 * terms.
 * @typedef {object} Settings
 * @property {number} leaseMs how long Redis keeps the lock for a holder that stops refreshing it
 * @property {number} retryMs between two tries
 * @property {number} waitMs how long one claim tries
 */

/**
 * The package refreshes from a timer that nobody waits for: a Redis that does not answer it would
 * end the whole process.
 */
class QuietMutex extends Mutex {
  /**
   * @override
   * @protected
   */
  async _refresh() {
    return super._refresh().catch(() => false); // not refreshed is as good as lost
  }
}

/**
 * The mutex of the npm package redis-semaphore around the transaction of our own locks in Redis.
 * @type {import('@coupon/strategies').ExternalSection<Settings>}
 */
const plugin = {
  name: 'comparison-redis-semaphore',
  guarantees: {
    neverOverIssues: true,
    neverLosesUpdates: true,
    recordedOnReturn: true,
    acrossProcesses: true,
    survivesPausedHolder: false,
    issuesInOrder: true,
  },

  settings: (_env, read) => ({
    leaseMs: read.integer('COMPARISON_REDIS_SEMAPHORE_LEASE_MS', {
      fallback: 5_000,
      min: 100,
      max: 600_000,
    }),
    retryMs: read.integer('COMPARISON_REDIS_SEMAPHORE_RETRY_MS', {
      fallback: 100,
      min: 1,
      max: 10_000,
    }),
    waitMs: read.integer('COMPARISON_REDIS_SEMAPHORE_WAIT_MS', {
      fallback: 10_000,
      min: 0,
      max: 120_000,
    }),
  }),

  async section(
    { stockStore, redis, log, counters, api: { NoVerdict } },
    { leaseMs, retryMs, waitMs },
  ) {
    const { client } = await redis();
    const { idleTransactionMaxMs = 0 } = stockStore;

    const acquire = async (
      /** @type {Mutex} */ mutex,
      /** @type {string} */ key,
      /** @type {AbortSignal} */ signal,
    ) => {
      try {
        await mutex.acquire(signal);
      } catch (error) {
        const kind = signal.aborted || error instanceof TimeoutError ? 'contended' : 'unavailable';
        throw new NoVerdict(
          kind,
          `${key}: ${error instanceof Error ? error.message : String(error)}`,
          { cause: error },
        );
      }
    };

    return {
      async enter(terms, work, deadline) {
        const key = `{coupon:${terms.couponId}}`;
        let lost = false;
        // The package's own answer to a lost lock is to end the process.
        const onLockLost = () => void (lost = true);
        const mutex = new QuietMutex(client, key, {
          lockTimeout: leaseMs,
          acquireTimeout: waitMs,
          retryInterval: retryMs,
          // What is left of the lease always outlasts a COMMIT without an answer.
          refreshInterval: Math.max(50, leaseMs - Math.max(leaseMs / 5, idleTransactionMaxMs)),
          onLockLost,
        });
        await acquire(mutex, key, deadline.signal);
        let lostCommit = false;
        try {
          return await stockStore.inTransaction(
            'subtract',
            async (ledger) => {
              const result = await work(ledger);
              if (lost)
                throw new NoVerdict('lease-lost', `${key}: could not be refreshed before COMMIT`);
              return result;
            },
            deadline,
          );
        } catch (error) {
          lostCommit = error instanceof NoVerdict && error.kind === 'indeterminate';
          throw error;
        } finally {
          // A COMMIT without an answer may still arrive, and the next holder must not read before:
          // let the lease run out.
          if (lostCommit) mutex.stopRefresh();
          // Where Redis is away the lease ends by itself, too.
          else await mutex.release().catch(() => undefined);
          if (lost) {
            counters.count('lease_lost');
            log.warn('lease lost', { key, when: 'while it was held', leaseMs });
          }
        }
      },
    };
  },
};

export default plugin;
