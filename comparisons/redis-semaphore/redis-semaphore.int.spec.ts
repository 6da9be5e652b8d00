import { describeStrategy } from '@coupon/conformance/jest';
import { loadPlugin } from '@coupon/strategies';

/**
 * Held to the same laws as every strategy of the product. Short pauses, for the kit's coupons are
 * few and its crowds short.
 */
describeStrategy(await loadPlugin('@coupon/comparison-redis-semaphore'), {
  env: { COMPARISON_REDIS_SEMAPHORE_RETRY_MS: '10' },
});
