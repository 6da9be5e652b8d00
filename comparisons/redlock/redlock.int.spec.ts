import { describeStrategy } from '@coupon/conformance/jest';
import { loadPlugin } from '@coupon/strategies';

/**
 * Held to the same invariants as every strategy of the product. Pauses are short, since the kit's
 * coupons are few and its bursts short.
 */
describeStrategy(await loadPlugin('@coupon/comparison-redlock'), {
  env: { COMPARISON_REDLOCK_RETRY_MS: '10', COMPARISON_REDLOCK_JITTER_MS: '5' },
  known: [
    {
      scenario: 'lost-lock',
      invariant: 'recovers',
      why: 'the package leaves a lock whose request or release had no answer to its lease',
    },
    {
      scenario: 'handover',
      invariant: 'undisturbed-claims-are-judged',
      why: 'on a busy machine the package finds its lock too old to be extended',
      sometimes: true,
    },
  ],
});
