import { whereRedis, type Fault, type RigNeeds } from '../fault.js';
import { withRedis } from '../servers.js';

const SHORT_MS = 3_000;
const LONG_MS = 15_000;

const killed = (name: string, title: string, kind: Fault['kind'], needs: RigNeeds = {}): Fault => ({
  name,
  title,
  kind,
  holdMs: SHORT_MS,
  needs,
  applies: whereRedis,
  async inject({ redis }) {
    await redis.kill();
    return () => redis.restart();
  },
});

const stoppedFor = (holdMs: number): Fault => ({
  name: `redis-stopped-${holdMs / 1_000}s`,
  title: `Redis stands still for ${holdMs / 1_000} s (SIGSTOP)`,
  kind: 'redis-away',
  holdMs,
  applies: whereRedis,
  inject({ redis }) {
    redis.pause();
    return () => redis.resume();
  },
});

const flushed: Fault = {
  name: 'redis-flushed',
  title: 'somebody empties Redis (FLUSHALL)',
  kind: 'redis-forgets',
  holdMs: SHORT_MS,
  applies: whereRedis,
  async inject({ redis }) {
    await withRedis(redis.url, (client) => client.flushall());
    return () => undefined;
  },
};

/** Faults of Redis's process, and of what it keeps. */
export const redisFaults: readonly Fault[] = [
  killed('redis-killed', 'Redis is killed (SIGKILL) and started again', 'redis-away'),
  killed(
    'redis-everysec-killed',
    'a Redis that writes to disk each second is killed and started again',
    'redis-away',
    { redis: 'everysec' },
  ),
  killed(
    'redis-memory-killed',
    'a Redis without persistence is killed and started again',
    'redis-forgets',
    { redis: 'none' },
  ),
  stoppedFor(SHORT_MS),
  stoppedFor(LONG_MS),
  flushed,
];
