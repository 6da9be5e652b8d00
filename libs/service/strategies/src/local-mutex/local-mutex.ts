import { allGuarantees, defineSettings, NoVerdict } from '@coupon/application';
import type { CouponId } from '@coupon/domain';
import { withConcurrencyLimit, type CriticalSection } from '@coupon/concurrency';
import { defineSection, type Resources } from '../plugin.js';
import { queueMax } from '../setting-presets.js';

const localMutexSettings = defineSettings({ queueMax: queueMax('LOCAL_MUTEX') });

type LocalMutexSettings = ReturnType<typeof localMutexSettings>;

/**
 * One claim of a coupon at a time, in the order of their arrival, by this process alone: right with
 * one process, and wrong as soon as a second one is started, which is what happens to every
 * `synchronized` sooner or later.
 */
export const localMutex = defineSection({
  name: 'local-mutex',
  summary: { en: 'a queue in one process', ko: '프로세스 하나 안의 대기 줄' },
  guarantees: { ...allGuarantees, acrossProcesses: false, survivesPausedHolder: false },
  settings: localMutexSettings,
  section: mutex,
});

function mutex(
  { stockStore: books }: Resources,
  { queueMax }: LocalMutexSettings,
): CriticalSection {
  // Coupons with a COMMIT whose answer was lost: it may still be under way when the next claim
  // comes in, which then reads FOR UPDATE and so waits for it. Bounded by the number of coupons,
  // and each leaves with its next claim.
  const unsure = new Set<CouponId>();
  return withConcurrencyLimit(
    'local-mutex',
    { concurrencyMax: 1, queueMax },
    {
      async enter(terms, work, deadline) {
        const { couponId } = terms;
        try {
          const result = await books.inTransaction(
            unsure.has(couponId) ? 'lock-row' : 'plain',
            work,
            deadline,
          );
          unsure.delete(couponId);
          return result;
        } catch (error) {
          if (error instanceof NoVerdict && error.kind === 'indeterminate') unsure.add(couponId);
          throw error;
        }
      },
    },
  );
}
