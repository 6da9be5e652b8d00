import {
  allGuarantees,
  defineSettings,
  integer,
  NoVerdict,
  type Deadline,
} from '@coupon/application';
import { openReleaseNotifier, redisUnavailable, tryLease, type Lease } from '@coupon/redis';
import { withConcurrencyLimit, type CriticalSection } from '@coupon/concurrency';
import { LeaseGuard, lockKeyOf } from '../lease-guard.js';
import { defineSection, type Resources } from '../plugin.js';
import { leaseSettings, queueMax } from '../setting-presets.js';

const pubsubLockSettings = defineSettings({
  ...leaseSettings('REDIS_PUBSUB_LOCK'),
  repollMs: integer('REDIS_PUBSUB_LOCK_REPOLL_MS', {
    default: 500,
    min: 1,
    max: 60_000,
    unit: 'ms',
    about: {
      en: 'longest wait for the message of a release; then the lock is tried without one',
      ko: '해제 메시지를 기다리는 최대 시간. 지나면 메시지 없이도 다시 시도합니다',
    },
  }),
  queueMax: queueMax('REDIS_PUBSUB_LOCK'),
});

type PubsubLockSettings = ReturnType<typeof pubsubLockSettings>;

/**
 * A lease in Redis whose holder publishes its release: a waiting claim is woken, and polls only in
 * case a message was lost.
 */
export const redisPubsubLock = defineSection({
  name: 'redis-pubsub-lock',
  summary: {
    en: 'a lease in Redis, whose release is published',
    ko: 'Redis의 임대 락, 해제 메시지를 기다림',
  },
  guarantees: { ...allGuarantees, survivesPausedHolder: false },
  settings: pubsubLockSettings,
  section: pubsubLock,
});

async function pubsubLock(
  resources: Resources,
  settings: PubsubLockSettings,
): Promise<CriticalSection & AsyncDisposable> {
  const { clock, log } = resources;
  const { leaseMs, repollMs, queueMax } = settings;
  const guard = new LeaseGuard(resources, settings, 'REDIS_PUBSUB_LOCK_LEASE_MS');
  const redis = await resources.redis();
  const notifier = await openReleaseNotifier(redis, log);

  /**
   * How long to wait for a release: a dead holder publishes none, so until its lease ends, and no
   * longer than `repollMs`.
   */
  const maxWaitMs = async (key: string): Promise<number> => {
    const leftMs = await redis.client.pttl(key).catch((error: unknown) => {
      throw redisUnavailable(error);
    });
    // -1: a key without expiry; -2: the key is gone
    return leftMs === -1 ? repollMs : Math.min(repollMs, Math.max(1, leftMs));
  };

  const acquire = async (key: string, deadline: Deadline): Promise<Lease> => {
    for (;;) {
      // before the attempt, so that a release between the attempt and the wait is received
      using release = notifier.subscribe(key);
      const lease = await tryLease(redis, clock, key, leaseMs, notifier.channel);
      if (lease !== null) return lease;
      const leftMs = deadline.atMs - clock.monotonicMs();
      if (leftMs <= 0) throw new NoVerdict('contended', `${key}: not free before the deadline`);
      await release.next(Math.min(leftMs, await maxWaitMs(key)));
    }
  };

  // One claim of each coupon waits for the message: of several woken claims only one could get the
  // lock.
  const section = withConcurrencyLimit(
    'redis-pubsub-lock',
    { concurrencyMax: 1, queueMax },
    {
      enter: async (terms, work, deadline) =>
        guard.holding(await acquire(lockKeyOf(terms), deadline), work, deadline),
    },
  );
  return { ...section, [Symbol.asyncDispose]: () => notifier[Symbol.asyncDispose]() };
}
