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
      en: 'claims of this process that may follow one another in one turn while another process waits',
      ko: '다른 프로세스가 기다리는 동안 한 차례를 이 프로세스 안에서 넘겨줄 수 있는 횟수',
    },
  }),
  queueMax: queueMax('REDIS_QUEUE_LOCK'),
});

type QueueLockSettings = ReturnType<typeof queueLockSettings>;

/**
 * One lease for many claims: it is handed on along the line in this process, and goes to another
 * process in bounded turns.
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

/** A turn on its way along the line. */
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
  const books = new LeaseGuard(resources, settings, 'REDIS_QUEUE_LOCK_LEASE_MS');
  const turns = new FairLock(await resources.redis(), clock, { leaseMs, waiterTtlMs: retryMs * 5 });
  const line = new KeyedSemaphore<CouponId>('redis-queue-lock', { concurrencyMax: 1, queueMax });
  const batons = new Map<CouponId, HeldLock>();

  const take = async (key: string, deadline: Deadline): Promise<HeldLock> => {
    for (;;) {
      const turn = await turns.take(key);
      if (turn !== null) return { turn, handoversLeft: handoversMax };
      const pauseMs = retryMs * (0.5 + Math.random() / 2);
      if (clock.nowMs() + pauseMs > deadline.atMs)
        throw new NoVerdict('contended', `${key}: not free before the deadline`);
      await sleep(pauseMs);
    }
  };

  /**
   * What the claim before handed over, renewed when its turn is up and no other process waits; else
   * null.
   */
  const handedOver = async ({ turn, handoversLeft }: HeldLock): Promise<HeldLock | null> => {
    if (handoversLeft > 0 && books.fitsInto(turn))
      return { turn, handoversLeft: handoversLeft - 1 };
    const renewed = await turn.renew();
    if (renewed === 'lost') books.lost(turn, 'at its renewal');
    return typeof renewed === 'string' ? null : { turn: renewed, handoversLeft: handoversMax };
  };

  return {
    enter: (terms, work, deadline) =>
      line.run(
        terms.couponId,
        async () => {
          const left = batons.get(terms.couponId);
          batons.delete(terms.couponId);
          const baton =
            (left && (await handedOver(left))) ?? (await take(lockKeyOf(terms), deadline));
          try {
            return await books.transact(baton.turn, work, deadline);
          } finally {
            // Nobody can leave the line between this look at it and the next one's entry: no timer
            // runs in between.
            if (line.waiting(terms.couponId) > 0 && books.isUsable(baton.turn))
              batons.set(terms.couponId, baton);
            else await books.release(baton.turn);
          }
        },
        deadline,
      ),
  };
}
