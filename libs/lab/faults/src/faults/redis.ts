import { setTimeout as sleep } from 'node:timers/promises';
import { whereRedis, type Fault, type RigNeeds } from '../fault.js';
import { withRedis } from '../servers.js';
import { poison, toxicsOf } from './network.js';

const SHORT_MS = 3_000;
const LONG_MS = 15_000;
const FLUSH_EVERY_MS = 10;
const DATABASE_LATENCY_MS = 10;
/** Nothing listens there. */
const NO_PRIMARY_PORT = 1;

const killed = (name: string, title: string, needs: RigNeeds = {}): Fault => ({
  name,
  title,
  kind: 'redis-away',
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

/** How long grants pile up in Redis before it forgets them. */
const UNRECORDED_MS = 700;

/**
 * Again and again, so that it happens to holders of a lock, and to grants not recorded yet. The
 * database answers late, so that there always is such a holder.
 */
const flushed: Fault = {
  name: 'redis-flushed',
  title:
    'somebody empties Redis again and again (FLUSHALL), ' +
    `the database is ${DATABASE_LATENCY_MS} ms away`,
  kind: 'redis-flushed',
  holdMs: SHORT_MS,
  needs: { workerApart: true, path: 'toxic' },
  applies: whereRedis,
  async inject(rig) {
    const { redis } = rig;
    const end = new AbortController();
    const hurryUp = await poison(toxicsOf(rig, 'mysql'), [
      ['downstream', { type: 'latency', latency: DATABASE_LATENCY_MS }],
    ]);
    const flushing = withRedis(redis.url, async (client) => {
      while (!end.signal.aborted) {
        await client.flushall();
        await sleep(FLUSH_EVERY_MS);
      }
    });
    const ended = flushing.catch((error: unknown) => ({ error }));
    return async () => {
      end.abort();
      const failed = await ended;
      await hurryUp();
      if (failed !== undefined) throw failed.error;
    };
  },
};

/** The worker stands still before, so that some grants are only in Redis. */
const memoryKilled: Fault = {
  name: 'redis-memory-killed',
  title: 'a Redis without persistence is killed and started again',
  kind: 'redis-forgets',
  holdMs: SHORT_MS,
  needs: { redis: 'none', workerApart: true },
  applies: whereRedis,
  async inject({ redis, worker }) {
    worker?.pause();
    if (worker !== null) await sleep(UNRECORDED_MS);
    await redis.kill();
    worker?.resume();
    return () => redis.restart();
  },
};

/** Redis refuses every write while it follows a primary, which is not there. */
const replica: Fault = {
  name: 'redis-replica',
  title: 'the Redis primary lives on as a read-only replica, and becomes primary again',
  kind: 'redis-away',
  holdMs: SHORT_MS,
  applies: whereRedis,
  async inject({ redis }) {
    await withRedis(redis.url, (client) => client.replicaof('127.0.0.1', NO_PRIMARY_PORT));
    return async () => {
      await withRedis(redis.url, (client) => client.replicaof('NO', 'ONE'));
    };
  },
};

/** Faults of Redis's process, and of what it keeps. */
export const redisFaults: readonly Fault[] = [
  killed('redis-killed', 'Redis is killed (SIGKILL) and started again'),
  killed(
    'redis-everysec-killed',
    'a Redis that writes to disk each second is killed and started again',
    { redis: 'everysec' },
  ),
  stoppedFor(SHORT_MS),
  stoppedFor(LONG_MS),
  memoryKilled,
  flushed,
  replica,
];
