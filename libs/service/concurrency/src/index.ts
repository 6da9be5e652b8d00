export type { StockStore } from './stock-store.js';
export {
  assertTransactionMode,
  comparesVersion,
  type TransactionMode,
} from './transaction-mode.js';
export { batchClaims, type BatchLimits } from './batch-claims.js';
export { crossCheck } from './cross-check.js';
export type { CriticalSection } from './critical-section.js';
export { BoundedSemaphore, KeyedSemaphore, type SemaphoreLimits } from './semaphore.js';
export { issueWithin, type BatchStrategy } from './issue-within.js';
export { withConcurrencyLimit } from './with-concurrency-limit.js';
export { withMetrics } from './with-metrics.js';
export { withRetry, type RetryLimits } from './with-retry.js';
export { StaleSnapshot, type StockTransaction } from './stock-transaction.js';
