import { setTimeout as sleep } from 'node:timers/promises';
import {
  allGuarantees,
  defineSettings,
  integer,
  NoVerdict,
  type Deadline,
} from '@coupon/application';
import type { CouponId } from '@coupon/domain';
import { FairLock, type LockTurn } from '@coupon/redis';
import { KeyedSemaphore, type CriticalSection } from '@coupon/concurrency';
import { LeaseGuard, lockKeyOf } from '../lease-guard.js';
import { defineSection, type Resources } from '../plugin.js';
import { leaseSettings, queueMax } from '../setting-presets.js';

const queueLockSettings = defineSettings({
  ...leaseSettings('REDIS_QUEUE_LOCK'),
  retryMs: integer('REDIS_QUEUE_LOCK_RETRY_MS', {
    default: 20,
    min: 1,
    max: 10_000,
    unit: 'ms',
    about: {
      en: 'longest pause between two attempts of the one claim that asks Redis',
      ko: 'Redis에 묻는 요청 하나의 최대 재시도 간격',
    },
  }),
  handoversMax: integer('REDIS_QUEUE_LOCK_HANDOVERS_MAX', {
    default: 50,
    min: 0,
    max: 100_000,
    about: {
      en:
        'claims of this process that may follow one another ' +
        'in one turn while another process waits',
      ko: '다른 프로세스가 기다리는 동안 한 차례를 이 프로세스 안에서 넘겨줄 수 있는 횟수',
    },
  }),
  queueMax: queueMax('REDIS_QUEUE_LOCK'),
});

type QueueLockSettings = ReturnType<typeof queueLockSettings>;

/**
 * One lease for many claims: each claim hands it to the next one in the queue of its process, and
 * processes take turns, each of them bounded.
 */
export const redisQueueLock = defineSection({
  name: 'redis-queue-lock',
  summary: {
    en: 'a lease in Redis, handed on within the process, in turns',
    ko: 'Redis의 임대 락, 프로세스 안에서 이어받고 차례로 넘김',
  },
  guarantees: { ...allGuarantees, survivesPausedHolder: false },
  settings: queueLockSettings,
  section: queueLock,
});

/** A turn that one claim of the queue hands to the next. */
interface HeldLock {
  readonly turn: LockTurn;
  readonly handoversLeft: number;
}

async function queueLock(
  resources: Resources,
  settings: QueueLockSettings,
): Promise<CriticalSection> {
  const { clock } = resources;
  const { leaseMs, retryMs, handoversMax, queueMax } = settings;
  const guard = new LeaseGuard(resources, settings, 'REDIS_QUEUE_LOCK_LEASE_MS');
  const lock = new FairLock(await resources.redis(), clock, { leaseMs, waiterTtlMs: retryMs * 5 });
  const queue = new KeyedSemaphore<CouponId>('redis-queue-lock', { concurrencyMax: 1, queueMax });
  const heldLocks = new Map<CouponId, HeldLock>();

  const take = async (key: string, deadline: Deadline): Promise<HeldLock> => {
    for (;;) {
      const turn = await lock.take(key);
      if (turn !== null) return { turn, handoversLeft: handoversMax };
      const pauseMs = retryMs * (0.5 + Math.random() / 2);
      if (clock.monotonicMs() + pauseMs > deadline.atMs)
        throw new NoVerdict('contended', `${key}: not free before the deadline`);
      await sleep(pauseMs);
    }
  };

  /**
   * The lock as the previous claim handed it over, renewed when its turn is up and no other process
   * waits; otherwise null.
   */
  const takeOver = async ({ turn, handoversLeft }: HeldLock): Promise<HeldLock | null> => {
    if (handoversLeft > 0 && guard.fitsInto(turn))
      return { turn, handoversLeft: handoversLeft - 1 };
    const renewed = await turn.renew();
    if (renewed === 'lost') guard.lost(turn, 'at its renewal');
    return typeof renewed === 'string' ? null : { turn: renewed, handoversLeft: handoversMax };
  };

  return {
    enter: (terms, work, deadline) =>
      queue.run(
        terms.couponId,
        async () => {
          const passedOn = heldLocks.get(terms.couponId);
          heldLocks.delete(terms.couponId);
          const held =
            (passedOn && (await takeOver(passedOn))) ?? (await take(lockKeyOf(terms), deadline));
          try {
            return await guard.transact(held.turn, work, deadline);
          } finally {
            // No claim can leave the queue between this check and the entry of the next one: no
            // timer runs in between.
            if (queue.waiting(terms.couponId) > 0 && guard.isUsable(held.turn))
              heldLocks.set(terms.couponId, held);
            else await guard.release(held.turn, deadline);
          }
        },
        deadline,
      ),
  };
}
