import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigFaults } from '@coupon/application';
import { couponId, type CouponId } from '@coupon/domain';
import { redisUnavailable, tryLease, type Lease, type RedisConnection } from '@coupon/redis';
import type { Resources } from '../plugin.js';
import { GrantStreams, type NotedGrant } from './grant-stream.js';
import { SEEDED_COUPONS, SETTLER_LEASE, type Client } from './keys.js';
import type { WriteBehindSettings } from './settings.js';
import { GrantWriter } from './grant-writer.js';

/** What a settler needs of its process. */
export type WriteBehindResources = Pick<
  Resources,
  'mysql' | 'redis' | 'clock' | 'log' | 'counters'
>;

/**
 * One settler works at a time, for this long before another may. Only for economy: two at once do
 * no harm.
 */
const TURN_MS = 2_000;
const STAND_BY_MS = 100;
/**
 * How long one read waits for grants, and so how late a new coupon is noticed; well below any
 * command's timeout.
 */
const READ_MS = 100;
const RETRY_MS = 20;
const RETRY_MAX_MS = 1_000;
const COUPONS_AT_ONCE = 4;

/**
 * Starts a settler: it takes noted grants from Redis, writes them into the rows in batches and
 * acknowledges them after COMMIT. Any number may run; who dies is replaced. Rejects with
 * NoVerdict('unavailable') when Redis is not there, with ConfigFaults where a living settler could
 * be taken for dead. Its disposal settles what is left, for up to `drainMs`.
 */
export async function openWriteBehindWorker(
  resources: WriteBehindResources,
  settings: WriteBehindSettings,
): Promise<AsyncDisposable> {
  const { transactionMaxMs } = resources.mysql.settings;
  if (settings.claimIdleMs <= transactionMaxMs) {
    throw new ConfigFaults([
      {
        variable: 'REDIS_COUNTER_CLAIM_IDLE_MS',
        value: String(settings.claimIdleMs),
        allowed: `more than MYSQL_TRANSACTION_MAX_MS (${transactionMaxMs})`,
      },
    ]);
  }
  const redis = await resources.redis();
  // of its own, since a read that waits holds up all commands behind it
  const client = redis.client.duplicate();
  client.on('error', (error) => resources.log.warn('settler connection', { error: error.message }));
  await client.connect().catch((error: unknown) => {
    client.disconnect();
    throw redisUnavailable(error);
  });
  const settler = new Settler(resources, redis, client, settings);
  const running = settler.run();
  const close = async (): Promise<void> => {
    settler.stop();
    await running;
    await settler.drain();
    await client.quit().catch(() => client.disconnect());
  };
  let closed: Promise<void> | undefined;
  return { [Symbol.asyncDispose]: () => (closed ??= close()) };
}

/** When a coupon with grants in hand is tried again, and how long the pause after that will be. */
interface Owed {
  readonly atMs: number;
  readonly pauseMs: number;
}

class Settler {
  private readonly streams: GrantStreams;
  private readonly settlement: GrantWriter;
  private readonly stopping = new AbortController();
  private coupons = new Set<CouponId>();
  private readonly owed = new Map<CouponId, Owed>();
  private lease: Lease | null = null;
  private takeOverAtMs = 0;

  constructor(
    private readonly resources: WriteBehindResources,
    private readonly redis: RedisConnection,
    private readonly client: Client,
    private readonly settings: WriteBehindSettings,
  ) {
    this.streams = new GrantStreams(client, randomUUID(), settings.batchMax);
    this.settlement = new GrantWriter(resources.mysql, client, resources.log, resources.counters);
  }

  stop(): void {
    this.stopping.abort();
  }

  /** Until `stop`. Whatever goes wrong is tried again: what is not acknowledged stays. */
  async run(): Promise<void> {
    let pauseMs = RETRY_MS;
    while (!this.stopping.signal.aborted) {
      try {
        if (await this.hasTurn()) await this.round(READ_MS);
        else await this.pause(STAND_BY_MS);
        pauseMs = RETRY_MS;
      } catch (error) {
        this.warn('settler', error);
        await this.pause(pauseMs);
        pauseMs = Math.min(RETRY_MAX_MS, 2 * pauseMs);
      }
    }
  }

  /** Settles what is left, unless another one does, and gives up its turn. */
  async drain(): Promise<void> {
    const untilMs = this.nowMs() + this.settings.drainMs;
    try {
      while (this.nowMs() < untilMs && (await this.waiting()) > 0) {
        if (await this.hasTurn()) await this.round(null);
        await sleep(RETRY_MS);
      }
      await this.lease?.release();
    } catch (error) {
      this.warn('settler stops before all is settled', error);
    }
  }

  private async hasTurn(): Promise<boolean> {
    if (this.lease !== null && this.nowMs() < this.lease.endsAtMs) return true;
    this.lease = await tryLease(this.redis, this.resources.clock, SETTLER_LEASE, TURN_MS);
    return this.lease !== null;
  }

  private async round(readMs: number | null): Promise<void> {
    await this.discoverCoupons();
    const nowMs = this.nowMs();
    if (nowMs >= this.takeOverAtMs) {
      this.takeOverAtMs = nowMs + this.settings.claimIdleMs / 2;
      for (const coupon of this.coupons)
        if (await this.streams.takeOver(coupon, this.settings.claimIdleMs))
          this.scheduleRetry(coupon, 0);
    }
    for (const [coupon, { atMs }] of this.owed) if (atMs <= nowMs) await this.settleOwn(coupon);
    const free = [...this.coupons].filter((coupon) => !this.owed.has(coupon));
    if (free.length === 0)
      return this.pause(readMs === null ? 0 : this.owed.size > 0 ? RETRY_MS : readMs);
    const fresh = [
      ...(await this.streams.fresh(
        free,
        readMs !== null && this.owed.size > 0 ? RETRY_MS : readMs,
      )),
    ];
    for (let n = 0; n < fresh.length; n += COUPONS_AT_ONCE) {
      await Promise.all(
        fresh.slice(n, n + COUPONS_AT_ONCE).map(([coupon, grants]) => this.settle(coupon, grants)),
      );
    }
  }

  /** Coupons that were seeded since, and streams that a flush took away. */
  private async discoverCoupons(): Promise<void> {
    const seeded = (await this.client.smembers(SEEDED_COUPONS)).map((id) => couponId(Number(id)));
    for (const coupon of seeded) if (!this.coupons.has(coupon)) await this.streams.join(coupon);
    this.coupons = new Set(seeded);
    for (const coupon of this.owed.keys()) if (!this.coupons.has(coupon)) this.owed.delete(coupon);
  }

  private async settleOwn(coupon: CouponId): Promise<void> {
    const grants = await this.streams.own(coupon);
    if (grants.length === 0) this.owed.delete(coupon);
    else await this.settle(coupon, grants);
  }

  /**
   * A coupon that cannot be settled now holds up no other: its grants stay in hand, and it is read
   * no further until they are done.
   */
  private async settle(coupon: CouponId, grants: readonly NotedGrant[]): Promise<void> {
    try {
      if (!(await this.settlement.settle(coupon, grants))) this.scheduleRetry(coupon, RETRY_MS);
      else if (this.owed.has(coupon)) this.scheduleRetry(coupon, 0); // there may be more in hand
    } catch (error) {
      this.resources.counters.count('settler_failed');
      this.warn(`settler, coupon ${coupon}`, error);
      this.scheduleRetry(
        coupon,
        Math.min(RETRY_MAX_MS, 2 * Math.max(RETRY_MS, this.owed.get(coupon)?.pauseMs ?? 0)),
      );
    }
  }

  private scheduleRetry(coupon: CouponId, pauseMs: number): void {
    this.owed.set(coupon, { atMs: this.nowMs() + pauseMs, pauseMs });
  }

  private async waiting(): Promise<number> {
    await this.discoverCoupons();
    const lengths = await Promise.all(
      [...this.coupons].map((coupon) => this.streams.waiting(coupon)),
    );
    return lengths.reduce((sum, length) => sum + length, 0);
  }

  private nowMs(): number {
    return this.resources.clock.nowMs();
  }

  private pause(ms: number): Promise<void> {
    return sleep(ms, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }

  private warn(what: string, error: unknown): void {
    this.coupons = new Set(); // a group may be gone: it is made again where it is missing
    this.resources.log.warn(what, {
      error: error instanceof Error ? error.message : String(error),
    });
  }
}
