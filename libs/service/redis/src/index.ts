export { openRedis, redisUnavailable, type RedisConnection } from './connection.js';
export { tryLease, type Lease } from './lease.js';
export { openReleaseNews, type Listening, type ReleaseNews } from './release-news.js';
export { redisSettings, type RedisSettings } from './settings.js';
export { Turns, type Turn, type TurnLimits } from './turn.js';
