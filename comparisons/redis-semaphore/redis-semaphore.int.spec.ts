import { describeStrategy } from '@coupon/conformance/jest';
import { loadPlugin } from '@coupon/strategies';

/**
 * Held to the same invariants as every strategy of the product. Pauses are short, since the kit's
 * coupons are few and its bursts short.
 */
describeStrategy(await loadPlugin('@coupon/comparison-redis-semaphore'), {
  env: { COMPARISON_REDIS_SEMAPHORE_RETRY_MS: '10' },
  known: [
    {
      scenario: 'lost-lock',
      invariant: 'recovers',
      why: 'the package leaves a lock whose request or release had no answer to its lease',
    },
    {
      scenario: 'slow-holder',
      invariant: 'recovers',
      why: 'a claim that gave up while its request was under way leaves a lock to its lease',
      sometimes: true,
    },
  ],
});
