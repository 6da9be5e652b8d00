export { openRedis, redisUnavailable, type RedisConnection } from './connection.js';
export { patient } from './patient.js';
export { readScript, type Script } from './script.js';
export { tryLease, type Lease } from './lease.js';
export {
  openReleaseNotifier,
  type Subscription,
  type ReleaseNotifier,
} from './release-notifier.js';
export { redisSettings, type RedisSettings } from './settings.js';
export { FairLock, type LockTurn, type FairLockLimits } from './fair-lock.js';
