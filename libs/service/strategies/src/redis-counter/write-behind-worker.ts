import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigFaults, RequestDeadline, UnsoundStock } from '@coupon/application';
import { couponId, type CouponId } from '@coupon/domain';
import { patient, redisUnavailable } from '@coupon/redis';
import type { Resources } from '../plugin.js';
import { GrantStreams, type StreamedGrant } from './grant-stream.js';
import { withCounterCommands } from './scripts.js';
import { GrantWriter } from './grant-writer.js';
import { COUPONS_WITH_GAP, SEEDED_COUPONS, UNSOUND_COUPONS, type RedisClient } from './keys.js';
import { InFlight } from './in-flight.js';
import { RowWatch } from './row-watch.js';
import { Seeder } from './seeder.js';
import type { WriteBehindSettings } from './settings.js';
import { WorkerLease } from './worker-lease.js';

/** The resources that a write-behind worker needs. */
export type WriteBehindResources = Pick<
  Resources,
  'mysql' | 'redis' | 'clock' | 'log' | 'counters'
>;

/**
 * One worker is active at a time, for this long before another may be. Only for economy: two at
 * once do no harm.
 */
const LEASE_MS = 2_000;
const STANDBY_MS = 100;
/**
 * How long one read waits for grants, and so the delay until a new coupon is discovered; well below
 * any command's timeout.
 */
const READ_MS = 100;
const RETRY_MS = 20;
const RETRY_MAX_MS = 1_000;
/**
 * So many coupons are written to the database at once. A coupon whose row another client holds
 * locked keeps its place, and a connection, until its transaction fails.
 */
const IN_FLIGHT_MAX = 8;

/**
 * Starts a write-behind worker: it takes grants from their streams in Redis, records them in
 * batches and acknowledges them after COMMIT. Any number may run; one that dies is replaced.
 * Rejects with NoVerdict('unavailable') without Redis, with ConfigFaults where a living worker
 * could be considered dead. Its disposal records what is left, for up to `drainMs`.
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
  // a connection of its own, since a blocking read delays all commands behind it
  const client = withCounterCommands(patient(redis.client.duplicate()));
  client.on('error', (error) =>
    resources.log.warn('write-behind worker connection', { error: error.message }),
  );
  await client.connect().catch((error: unknown) => {
    client.disconnect();
    throw redisUnavailable(error);
  });
  const worker = new WriteBehindWorker(
    resources,
    withCounterCommands(redis.client),
    client,
    settings,
  );
  const running = worker.run();
  const close = async (): Promise<void> => {
    worker.stop();
    await running;
    await worker.drain();
    await client.quit().catch(() => client.disconnect());
  };
  let closed: Promise<void> | undefined;
  return { [Symbol.asyncDispose]: () => (closed ??= close()) };
}

/** When a coupon with pending grants is tried again, and the pause that this follows. */
interface Retry {
  readonly atMs: number;
  readonly pauseMs: number;
}

class WriteBehindWorker {
  private readonly streams: GrantStreams;
  private readonly writer: GrantWriter;
  private readonly seeder: Seeder;
  private readonly stopping = new AbortController();
  private coupons: ReadonlySet<CouponId> = new Set();
  /** Coupons whose consumer group exists, as far as is known. */
  private readonly joined = new Set<CouponId>();
  private readonly inFlight = new InFlight(IN_FLIGHT_MAX);
  private readonly retries = new Map<CouponId, Retry>();
  private readonly lease: WorkerLease;
  private takeOverAtMs = 0;
  private readonly rows: RowWatch;

  constructor(
    private readonly resources: WriteBehindResources,
    shared: RedisClient,
    private readonly client: RedisClient,
    private readonly settings: WriteBehindSettings,
  ) {
    this.streams = new GrantStreams(client, randomUUID(), settings.batchMax);
    // not behind a blocking read
    this.lease = new WorkerLease(shared, resources.clock, resources.log, LEASE_MS);
    this.rows = new RowWatch(resources, shared);
    this.seeder = new Seeder(resources.mysql, client);
    this.writer = new GrantWriter(resources.mysql, client, resources.log, resources.counters);
  }

  stop(): void {
    this.stopping.abort();
  }

  /** Runs until `stop`. Failures are retried: what is not acknowledged stays in the stream. */
  async run(): Promise<void> {
    let pauseMs = RETRY_MS;
    while (!this.stopping.signal.aborted) {
      try {
        const leads = await this.lease.isHeld();
        if (leads || this.retries.size > 0) await this.runCycle(leads, READ_MS);
        else await this.pause(STANDBY_MS);
        pauseMs = RETRY_MS;
      } catch (error) {
        // The reply that was lost may have delivered grants.
        for (const coupon of this.coupons) this.scheduleRetry(coupon, 0);
        this.warn('write-behind worker', error);
        await this.pause(pauseMs);
        pauseMs = Math.min(RETRY_MAX_MS, 2 * pauseMs);
      }
    }
  }

  /** Records what is left, unless another worker does, and releases the lease. */
  async drain(): Promise<void> {
    const untilMs = this.monotonicMs() + this.settings.drainMs;
    try {
      while (this.monotonicMs() < untilMs && (await this.unrecorded()) > 0) {
        await this.runCycle(await this.lease.isHeld(), null);
        await sleep(RETRY_MS);
      }
    } catch (error) {
      this.warn('write-behind worker stops before everything is recorded', error);
    }
    await this.inFlight.allEnded(this.transactionMaxMs());
    await this.rows.ended();
    await this.lease
      .release()
      .catch((error: unknown) => this.warn('write-behind worker keeps its lease', error));
  }

  /**
   * Records what this worker was delivered, and, where it `leads`, takes over what others leave
   * and reads what is new. Without the lease nobody else records its deliveries soon.
   */
  private async runCycle(leads: boolean, readMs: number | null): Promise<void> {
    await this.discoverCoupons();
    const nowMs = this.monotonicMs();
    if (leads && nowMs >= this.takeOverAtMs) {
      this.takeOverAtMs = nowMs + this.settings.claimIdleMs / 2;
      for (const coupon of this.coupons)
        if (await this.streams.takeOver(coupon, this.settings.claimIdleMs))
          this.scheduleRetry(coupon, 0);
      await this.closeGaps();
    }
    const due = [...this.retries]
      .filter(([coupon, { atMs }]) => atMs <= nowMs && !this.inFlight.has(coupon))
      .sort(([, one], [, other]) => one.atMs - other.atMs);
    if (leads) this.rows.look([...this.coupons]);
    for (const coupon of this.rows.changed) this.start(coupon, () => this.rows.recount(coupon));
    for (const [coupon] of due) this.start(coupon, () => this.writePending(coupon));
    await this.readFresh(leads, readMs);
    if (this.inFlight.size > 0) await this.inFlight.oneEnded(RETRY_MS);
  }

  /**
   * Reads what is new of the coupons that have nothing pending, and starts to write it. Does not
   * wait while anything is in flight, whose acknowledgement would wait behind the read.
   */
  private async readFresh(leads: boolean, readMs: number | null): Promise<void> {
    const free = [...this.coupons].filter(
      (coupon) => leads && !this.retries.has(coupon) && !this.inFlight.has(coupon),
    );
    const pauseMs = readMs !== null && this.retries.size > 0 ? RETRY_MS : readMs;
    if (this.inFlight.isFull) return;
    if (free.length === 0) return this.inFlight.size > 0 ? undefined : this.pause(pauseMs ?? 0);
    const fresh = await this.streams.undelivered(free, this.inFlight.size > 0 ? null : pauseMs);
    for (const [coupon, grants] of fresh)
      if (!this.start(coupon, () => this.write(coupon, grants))) this.scheduleRetry(coupon, 0);
  }

  private start(coupon: CouponId, work: () => Promise<void>): boolean {
    return this.inFlight.start(coupon, () => this.retried(coupon, work));
  }

  /** Finds coupons that were seeded since, and creates groups that a flush removed. */
  private async discoverCoupons(): Promise<void> {
    const seeded = (await this.client.smembers(SEEDED_COUPONS)).map((id) => couponId(Number(id)));
    for (const coupon of seeded) {
      if (this.joined.has(coupon)) continue;
      await this.streams.join(coupon);
      this.joined.add(coupon);
    }
    this.coupons = new Set(seeded);
    for (const coupon of this.retries.keys())
      if (!this.coupons.has(coupon)) this.retries.delete(coupon);
  }

  /**
   * Seeds the counters again of which rows are missing, or whose rows did not add up, where no
   * claim has done so. Not before every grant is recorded, which the seeding would wait for.
   */
  private async closeGaps(): Promise<void> {
    for (const id of await this.client.sunion(COUPONS_WITH_GAP, UNSOUND_COUPONS)) {
      const coupon = couponId(Number(id));
      if ((await this.streams.unrecorded(coupon)) > 0) continue;
      this.start(coupon, async () => {
        using deadline = new RequestDeadline(this.resources.clock, this.transactionMaxMs());
        await this.seeder.seed(coupon, deadline).catch((error: unknown) => {
          if (!(error instanceof UnsoundStock)) throw error; // still, and known
        });
      });
    }
  }

  private async writePending(coupon: CouponId): Promise<void> {
    const due = this.retries.get(coupon);
    const grants = await this.streams.pending(coupon);
    if (grants.length > 0) await this.write(coupon, grants);
    else if (this.retries.get(coupon) === due) this.retries.delete(coupon);
  }

  private async write(coupon: CouponId, grants: readonly StreamedGrant[]): Promise<void> {
    await this.writer.write(coupon, grants);
    if (this.retries.has(coupon)) this.scheduleRetry(coupon, 0); // more may be pending
  }

  /**
   * Work that fails is done again later: the coupon's grants stay pending, and its stream is read
   * no further until they are recorded.
   */
  private async retried(coupon: CouponId, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.resources.counters.count('settler_failed');
      this.warn(`write-behind worker, coupon ${coupon}`, error);
      this.scheduleRetry(
        coupon,
        Math.min(RETRY_MAX_MS, 2 * Math.max(RETRY_MS, this.retries.get(coupon)?.pauseMs ?? 0)),
      );
    }
  }

  private scheduleRetry(coupon: CouponId, pauseMs: number): void {
    this.retries.set(coupon, { atMs: this.monotonicMs() + pauseMs, pauseMs });
  }

  private async unrecorded(): Promise<number> {
    await this.discoverCoupons();
    const lengths = await Promise.all(
      [...this.coupons].map((coupon) => this.streams.unrecorded(coupon)),
    );
    return lengths.reduce((sum, length) => sum + length, 0);
  }

  private monotonicMs(): number {
    return this.resources.clock.monotonicMs();
  }

  private transactionMaxMs(): number {
    return this.resources.mysql.settings.transactionMaxMs;
  }

  private pause(ms: number): Promise<void> {
    return sleep(ms, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }

  private warn(what: string, error: unknown): void {
    this.joined.clear(); // a group may be gone: it is created again where it is missing
    this.resources.log.warn(what, {
      error: error instanceof Error ? error.message : String(error),
    });
  }
}
