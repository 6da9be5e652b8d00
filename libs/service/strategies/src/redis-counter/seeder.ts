import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { NoVerdict, RequestDeadline, type Deadline } from '@coupon/application';
import type { CouponId } from '@coupon/domain';
import { asNoVerdict, runTransaction, type Mysql } from '@coupon/mysql';
import { redisUnavailable } from '@coupon/redis';
import {
  GRANTED_CLAIMS,
  keysOf,
  numbersIn,
  Script,
  SEEDED_COUPONS,
  SETTLERS,
  type Client,
} from './keys.js';

const seedScript = new Script('./seed-4.lua');
const ROWS_AT_ONCE = 2_000;
const TRIES_PAUSE_MS = 50;

/** What has been copied of a coupon's rows so far. */
interface Copied {
  readonly lastId: number;
  readonly ordinalMax: number;
}

/**
 * Makes a coupon's counter from its rows: at its first claim, and after Redis lost it. The coupon's
 * row is locked meanwhile, as it is while the settler records, so the counter starts with
 * everything that is settled and nothing that is not; and the script makes no counter while grants
 * are left to settle. Claims of one process for the same coupon share one seeding.
 */
export class Seeder {
  private readonly running = new Map<CouponId, Promise<void>>();

  constructor(
    private readonly mysql: Mysql,
    private readonly client: Client,
  ) {}

  /**
   * Resolves when there is a counter. Rejects with NoVerdict: 'contended' when the deadline passes
   * first.
   */
  seed(coupon: CouponId, deadline: Deadline): Promise<void> {
    const running =
      this.running.get(coupon) ??
      this.untilSeeded(coupon).finally(() => this.running.delete(coupon));
    this.running.set(coupon, running);
    return within(running, deadline, `coupon ${coupon}: not seeded before the deadline`);
  }

  /**
   * Not under one claim's deadline, since others wait for it too; it ends with the time that two
   * transactions may take.
   */
  private async untilSeeded(coupon: CouponId): Promise<void> {
    using deadline = new RequestDeadline(
      this.mysql.clock,
      2 * this.mysql.settings.transactionMaxMs,
    );
    while (!(await this.tryToSeed(coupon, deadline))) {
      if (this.mysql.clock.nowMs() + TRIES_PAUSE_MS > deadline.atMs)
        throw new NoVerdict('unavailable', `coupon ${coupon}: its grants are still to be settled`);
      await sleep(TRIES_PAUSE_MS);
    }
  }

  private async tryToSeed(coupon: CouponId, deadline: Deadline): Promise<boolean> {
    // First of all the settler must know where to look: a counter that it does not know of would
    // never be settled.
    await this.ask(() => this.client.sadd(SEEDED_COUPONS, coupon));
    const epoch = randomUUID();
    // gone after a flush, like what is copied
    await this.ask(() => this.client.hset(GRANTED_CLAIMS, `copying:${epoch}`, coupon));
    // Most rows are copied before the lock is taken; rows never change, so that only those since
    // then are left to copy.
    const before = await this.copyClaims(this.mysql.db, coupon, { lastId: 0, ordinalMax: 0 }).catch(
      (error: unknown) => {
        throw asNoVerdict(error);
      },
    );
    return runTransaction(
      this.mysql,
      async (transaction) => {
        const row = await transaction
          .selectFrom('coupons')
          .select(['quantity', 'total_quantity'])
          .where('id', '=', coupon)
          .forUpdate()
          .executeTakeFirstOrThrow();
        const { ordinalMax } = await this.copyClaims(transaction, coupon, before);
        const held = await transaction
          .selectFrom('user_coupon')
          .select(({ fn }) => ['user_id', fn.countAll<number>().as('count')])
          .where('coupon_id', '=', coupon)
          .groupBy('user_id')
          .execute();
        const recorded = row.total_quantity - row.quantity;
        const taken = Math.max(recorded, ordinalMax);
        const keys = keysOf(coupon);
        const args = [
          epoch,
          taken,
          taken - recorded,
          SETTLERS,
          ...held.flatMap(({ user_id, count }) => [user_id, Number(count)]),
        ];
        const [seeded] = numbersIn(
          await this.ask(() =>
            seedScript.run(
              this.client,
              [keys.counter, keys.held, GRANTED_CLAIMS, keys.grants],
              args,
            ),
          ),
        );
        return seeded === 1;
      },
      deadline,
    );
  }

  /**
   * Remembers every claim that has a row, so that its replay is known as one. Doing so twice does
   * no harm.
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
      await this.ask(() => this.client.hset(GRANTED_CLAIMS, ...claims));
      copied = {
        lastId: last.id,
        ordinalMax: rows.reduce((most, { ordinal }) => Math.max(most, ordinal), copied.ordinalMax),
      };
    }
  }

  private async ask<T>(command: () => Promise<T>): Promise<T> {
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
