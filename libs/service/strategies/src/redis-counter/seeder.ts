import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { NoVerdict, RequestDeadline, UnsoundStock, type Deadline } from '@coupon/application';
import type { CouponId } from '@coupon/domain';
import { asNoVerdict, runTransaction, type Mysql } from '@coupon/mysql';
import { redisUnavailable } from '@coupon/redis';
import { holdingsOfAll, raiseLastOrdinal, stockOf } from './coupon-rows.js';
import {
  COUPONS_WITH_GAP,
  GRANTED_CLAIMS,
  keysOf,
  SEEDED_COUPONS,
  UNSOUND_COUPONS,
  WORKERS,
  type RedisClient,
} from './keys.js';

const ROWS_AT_ONCE = 2_000;
const RETRY_PAUSE_MS = 50;

/** What has been copied of a coupon's rows so far. */
interface Copied {
  readonly lastId: number;
  readonly ordinalMax: number;
}

/**
 * Seeds a coupon's counter from its rows: at its first claim, and after Redis lost it. The coupon's
 * row is locked meanwhile, as it is while grants are recorded, so the counter starts with exactly
 * the recorded grants; and the script creates no counter while unrecorded grants are left. Claims
 * of one process for the same coupon share one seeding.
 */
export class Seeder {
  private readonly running = new Map<CouponId, Promise<void>>();

  constructor(
    private readonly mysql: Mysql,
    private readonly client: RedisClient,
  ) {}

  /**
   * Resolves when the counter exists. Rejects with NoVerdict: 'contended' when the deadline passes
   * first, UnsoundStock when the coupon's rows do not add up.
   */
  seed(coupon: CouponId, deadline: Deadline): Promise<void> {
    const running =
      this.running.get(coupon) ??
      this.untilSeeded(coupon).finally(() => this.running.delete(coupon));
    this.running.set(coupon, running);
    return within(running, deadline, `coupon ${coupon}: not seeded before the deadline`);
  }

  /**
   * Not bound by one claim's deadline, since other claims wait for it too; limited to the time of
   * two transactions.
   */
  private async untilSeeded(coupon: CouponId): Promise<void> {
    using deadline = new RequestDeadline(
      this.mysql.clock,
      2 * this.mysql.settings.transactionMaxMs,
    );
    try {
      while (!(await this.tryToSeed(coupon, deadline))) {
        if (this.mysql.clock.monotonicMs() + RETRY_PAUSE_MS > deadline.atMs)
          throw new NoVerdict('unavailable', `coupon ${coupon}: its grants are not recorded yet`);
        await sleep(RETRY_PAUSE_MS);
      }
    } catch (error) {
      if (error instanceof UnsoundStock)
        await this.request(() => this.client.sadd(UNSOUND_COUPONS, coupon));
      throw error;
    }
    for (const alarm of [COUPONS_WITH_GAP, UNSOUND_COUPONS])
      await this.request(() => this.client.srem(alarm, coupon));
  }

  private async tryToSeed(coupon: CouponId, deadline: Deadline): Promise<boolean> {
    // before the claims are copied, which costs more
    await runTransaction(
      this.mysql,
      (transaction) => stockOf(transaction, coupon, 'unlocked'),
      deadline,
    );
    const epoch = randomUUID();
    // lost by a flush, like all that is written after it
    await this.request(() => this.client.hset(GRANTED_CLAIMS, `copying:${epoch}`, coupon));
    // so that the worker finds the stream: grants of an unlisted counter would never be recorded
    await this.request(() => this.client.sadd(SEEDED_COUPONS, coupon));
    // Most rows are copied before the lock is taken; rows never change, so that only later ones
    // are left to copy under it.
    const before = await this.copyClaims(this.mysql.db, coupon, { lastId: 0, ordinalMax: 0 }).catch(
      (error: unknown) => {
        throw asNoVerdict(error);
      },
    );
    return runTransaction(
      this.mysql,
      async (transaction) => {
        const stock = await stockOf(transaction, coupon, 'locked');
        const { ordinalMax } = await this.copyClaims(transaction, coupon, before);
        const held = await holdingsOfAll(transaction, coupon);
        const last = Math.max(stock.lastOrdinal, stock.taken, ordinalMax);
        if (last > stock.lastOrdinal) await raiseLastOrdinal(transaction, coupon, last);
        const keys = keysOf(coupon);
        const seeded = await this.request(() =>
          this.client.seedCounter(
            keys.counter,
            keys.held,
            GRANTED_CLAIMS,
            keys.grants,
            epoch,
            last,
            stock.taken,
            stock.totalQuantity,
            WORKERS,
            ...held,
          ),
        );
        return seeded === 1;
      },
      deadline,
    );
  }

  /**
   * Copies every recorded claim to Redis, so that its replay is recognized. Idempotent.
   */
  private async copyClaims(db: Mysql['db'], coupon: CouponId, from: Copied): Promise<Copied> {
    let copied = from;
    for (;;) {
      const rows = await db
        .selectFrom('user_coupon')
        .select(['id', 'claim_id', 'user_id', 'ordinal', 'issued_at'])
        .where('coupon_id', '=', coupon)
        .where('id', '>', copied.lastId)
        .orderBy('id')
        .limit(ROWS_AT_ONCE)
        .execute();
      const last = rows.at(-1);
      if (last === undefined) return copied;
      const claims = rows.flatMap((row) => [
        row.claim_id,
        `${coupon} ${row.user_id} ${row.ordinal} ${row.issued_at.getTime()}`,
      ]);
      await this.request(() => this.client.hset(GRANTED_CLAIMS, ...claims));
      copied = {
        lastId: last.id,
        ordinalMax: rows.reduce((most, { ordinal }) => Math.max(most, ordinal), copied.ordinalMax),
      };
    }
  }

  private async request<T>(command: () => Promise<T>): Promise<T> {
    try {
      return await command();
    } catch (error) {
      throw redisUnavailable(error);
    }
  }
}

function within<T>(work: Promise<T>, { signal }: Deadline, late: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(new NoVerdict('contended', late));
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}
