import { allGuarantees, defineSettings, NoVerdict } from '@coupon/application';
import type { CouponId } from '@coupon/domain';
import { withConcurrencyLimit, type CriticalSection } from '@coupon/concurrency';
import { defineSection, type Resources } from '../plugin.js';
import { queueMax } from '../setting-presets.js';

const localMutexSettings = defineSettings({ queueMax: queueMax('LOCAL_MUTEX') });

type LocalMutexSettings = ReturnType<typeof localMutexSettings>;

/**
 * One claim of a coupon at a time, in order of arrival, within this process alone: right with one
 * process, and wrong as soon as a second one starts, which happens to every `synchronized` sooner
 * or later.
 */
export const localMutex = defineSection({
  name: 'local-mutex',
  summary: { en: 'a queue in one process', ko: '프로세스 하나 안의 대기 줄' },
  guarantees: { ...allGuarantees, acrossProcesses: false, survivesPausedHolder: false },
  settings: localMutexSettings,
  section: mutex,
});

function mutex({ stockStore }: Resources, { queueMax }: LocalMutexSettings): CriticalSection {
  // Coupons with a COMMIT whose answer was lost: it may still be in progress when the next claim
  // enters, which therefore reads FOR UPDATE and so waits for it. Bounded by the number of coupons;
  // the coupon's next claim removes it.
  const indeterminate = new Set<CouponId>();
  return withConcurrencyLimit(
    'local-mutex',
    { concurrencyMax: 1, queueMax },
    {
      async enter(terms, work, deadline) {
        const { couponId } = terms;
        try {
          const result = await stockStore.inTransaction(
            indeterminate.has(couponId) ? 'lock-row' : 'subtract',
            work,
            deadline,
          );
          indeterminate.delete(couponId);
          return result;
        } catch (error) {
          if (error instanceof NoVerdict && error.kind === 'indeterminate')
            indeterminate.add(couponId);
          throw error;
        }
      },
    },
  );
}
