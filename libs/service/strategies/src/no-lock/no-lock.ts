import { forEachGuarantee } from '@coupon/application';
import { defineSection } from '../plugin.js';

/**
 * The broken original: a plain transaction and nothing else. Two claims that read the same
 * `quantity` either deadlock over the coupon's row (errno 1213: both inserted under its foreign
 * key, both want to update it) or lose an update.
 */
export const noLock = defineSection({
  name: 'no-lock',
  summary: { en: 'nothing: the broken original', ko: '없음: 깨진 원본' },
  guarantees: { ...forEachGuarantee(() => false), recordedOnReturn: true },
  settings: () => undefined,
  section: ({ stockStore }) => ({
    enter: (_terms, work, deadline) => stockStore.inTransaction('plain', work, deadline),
  }),
});
