export { openRedis, redisUnavailable, type RedisConnection } from './connection.js';
export { tryLease, type Lease } from './lease.js';
export { redisSettings, type RedisSettings } from './settings.js';
