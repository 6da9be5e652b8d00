import { setTimeout as sleep } from 'node:timers/promises';
import Redlock, { ExecutionError, ResourceLockedError } from 'redlock';

/** After the deadline, by which the package's own tries end where Redis answers. */
const GRACE_MS = 200;

/**
 * How the lock is taken; the defaults are redis-spin-lock's, so that the two are compared at equal
 * terms.
 * @typedef {object} Settings
 * @property {number} leaseMs how long Redis keeps the lock for a holder that stops extending it
 * @property {number} retryMs between two tries
 * @property {number} jitterMs added to that or taken from it, at random
 * @property {number} waitMs how long one claim tries
 */

/**
 * The package reports a held lock and a lost Redis by the same error; only the votes in it tell
 * them apart.
 * @param {import('@coupon/strategies').PluginApi} api
 * @param {ExecutionError} error
 * @param {string} key
 */
async function translated({ NoVerdict }, error, key) {
  const tries = await Promise.all(error.attempts);
  const votes = tries.flatMap(({ votesAgainst }) => [...votesAgainst.values()]);
  const contended = votes.length > 0 && votes.every((vote) => vote instanceof ResourceLockedError);
  return new NoVerdict(contended ? 'contended' : 'unavailable', `${key}: ${error.message}`, {
    cause: votes[0] ?? error,
  });
}

/**
 * `work`, which calls `refuse` at its end where the lease is lost by then.
 * @template Input, Output
 * @param {AbortSignal} lost
 * @param {(input: Input) => Promise<Output>} work
 * @param {() => never} refuse
 * @returns {(input: Input) => Promise<Output>}
 */
const unlessLost = (lost, work, refuse) => async (input) => {
  const output = await work(input);
  return lost.aborted ? refuse() : output;
};

/**
 * A Redlock over these Redis servers. What is left of a lease is always long enough for a COMMIT
 * without an answer to be dead.
 * @param {ConstructorParameters<typeof Redlock>[0]} clients
 * @param {Omit<Settings, 'waitMs'>} settings
 * @param {number} idleTransactionMaxMs how long the database waits for the COMMIT
 */
function redlockOf(clients, { leaseMs, retryMs, jitterMs }, idleTransactionMaxMs) {
  const redlock = new Redlock(clients, {
    retryDelay: retryMs,
    retryJitter: jitterMs,
    automaticExtensionThreshold: Math.max(
      leaseMs / 4,
      Math.min(idleTransactionMaxMs, leaseMs - 500),
    ),
  });
  // every lost vote comes by here too, and an event without a listener ends the process
  redlock.on('error', () => undefined);
  return redlock;
}

/**
 * The lock of the npm package redlock around the transaction of our own locks in Redis. The package
 * has no line and no cancel: every claim that waits polls by itself, and its tries are counted out
 * beforehand so that they end with the deadline.
 * @type {import('@coupon/strategies').ExternalSection<Settings>}
 */
const plugin = {
  name: 'comparison-redlock',
  guarantees: {
    neverOverIssues: true,
    neverLosesUpdates: true,
    recordedOnReturn: true,
    acrossProcesses: true,
    survivesPausedHolder: false,
    issuesInOrder: true,
  },

  settings: (_env, read) => ({
    leaseMs: read.integer('COMPARISON_REDLOCK_LEASE_MS', {
      fallback: 5_000,
      min: 500,
      max: 600_000,
    }),
    retryMs: read.integer('COMPARISON_REDLOCK_RETRY_MS', { fallback: 100, min: 1, max: 10_000 }),
    jitterMs: read.integer('COMPARISON_REDLOCK_JITTER_MS', { fallback: 50, min: 0, max: 10_000 }),
    waitMs: read.integer('COMPARISON_REDLOCK_WAIT_MS', { fallback: 10_000, min: 0, max: 120_000 }),
  }),

  async section(
    { stockStore, redis, clock, log, counters, api },
    { leaseMs, retryMs, jitterMs, waitMs },
  ) {
    const { NoVerdict } = api;
    const { client } = await redis();
    const { idleTransactionMaxMs = 0 } = stockStore;
    const redlock = redlockOf([client], { leaseMs, retryMs, jitterMs }, idleTransactionMaxMs);

    return {
      enter: (terms, work, deadline) =>
        new Promise((resolve, reject) => {
          const run = async () => {
            const key = `{coupon:${terms.couponId}}:lock`;
            const leftMs = Math.max(0, deadline.atMs - clock.monotonicMs());
            const retryCount = Math.floor(Math.min(waitMs, leftMs) / retryMs);
            let inside = false;
            let hasGivenUp = false;
            // Its tries are counted for a Redis that answers; a silent one prolongs each.
            const timer = setTimeout(() => {
              hasGivenUp = true;
              if (!inside) reject(new NoVerdict('unavailable', `${key}: Redis does not answer`));
            }, leftMs + GRACE_MS);
            /** @type {{ readonly result: Awaited<ReturnType<typeof work>> } | undefined} */
            let committed;
            /** @type {{ readonly error: unknown } | undefined} */
            let failed;
            try {
              await redlock.using([key], leaseMs, { retryCount }, async (lost) => {
                if (hasGivenUp) return;
                inside = true;
                const guarded = unlessLost(lost, work, () => {
                  throw new NoVerdict('lease-lost', `${key}: could not be extended before COMMIT`);
                });
                try {
                  const result = await stockStore.inTransaction('subtract', guarded, deadline);
                  committed = { result };
                } catch (error) {
                  failed = { error };
                  if (!(error instanceof NoVerdict && error.kind === 'indeterminate')) return;
                  // That COMMIT may still arrive, and the next holder must not read before: the
                  // package keeps the lock for as long as the database may wait for it.
                  reject(error);
                  await sleep(idleTransactionMaxMs, undefined, { ref: false });
                }
              });
            } catch (error) {
              if (!(error instanceof ExecutionError)) throw error;
              if (!inside) throw await translated(api, error, key);
              // The release failed: the lease had expired. What was committed stays committed.
              counters.count('lease_lost');
              log.warn('lease lost', { key, when: 'at its release', leaseMs });
            } finally {
              clearTimeout(timer);
            }
            // The result is the transaction's, whatever happened to the lock after it: a lost
            // COMMIT is not known to have failed.
            if (failed !== undefined) throw failed.error;
            if (committed === undefined)
              throw new Error('using() resolved without running its routine');
            return committed.result;
          };
          run().then(resolve, reject);
        }),
    };
  },
};

export default plugin;
