import {
  NoVerdict,
  RequestDeadline,
  UnsoundStock,
  withinMs,
  type Deadline,
} from '@coupon/application';
import type { CouponId } from '@coupon/domain';
import { runTransaction } from '@coupon/mysql';
import type { Resources } from '../plugin.js';
import { holdingsOfAll, raiseLastOrdinal, recordedAmong, stockOf } from './coupon-rows.js';
import { oldestGrants } from './grant-stream.js';
import { COUPONS_WITH_GAP, keysOf, UNSOUND_COUPONS, type RedisClient } from './keys.js';

/** With more grants than that to be recorded, a coupon is counted later. */
const UNRECORDED_MAX = 2_000;

/** What a recount needs of the service. */
export type RecountResources = Pick<Resources, 'mysql' | 'log' | 'counters'>;

/**
 * Counts a coupon's counter anew, from its row, its rows and its stream: after an administrator
 * gave coupons back or changed the stock, and after rows were lost. The coupon's row is locked
 * meanwhile, as it is while grants are recorded, and claims go on. Does nothing without a counter;
 * one that is older than the rows is removed, to be seeded again.
 *
 * A coupon whose numbers do not add up loses its counter instead: its claims ask for a new one, and
 * fail with UnsoundStock until somebody has repaired the row. Rejects with NoVerdict, or with the
 * error of the database or of Redis.
 */
export async function recount(
  { mysql, log, counters }: RecountResources,
  client: RedisClient,
  coupon: CouponId,
  deadline: Deadline,
): Promise<void> {
  try {
    const missing = await runTransaction(
      mysql,
      (transaction) => recountIn(transaction, client, coupon),
      deadline,
    );
    if (missing > 0) await reportGap({ log, counters }, client, coupon, missing);
  } catch (error) {
    if (!(error instanceof UnsoundStock)) throw error;
    log.error('unsound stock', { error: error.message });
    await client.sadd(UNSOUND_COUPONS, coupon);
  }
}

/** Recounts that claims wait for: one at a time for each coupon. */
export class SharedRecounts {
  private readonly running = new Map<CouponId, Promise<void>>();

  constructor(
    private readonly resources: RecountResources & Pick<Resources, 'clock'>,
    private readonly client: RedisClient,
  ) {}

  /** Resolves when the coupon was counted anew, when that failed, and at the deadline. */
  async recount(coupon: CouponId, { atMs }: Deadline): Promise<void> {
    const running =
      this.running.get(coupon) ??
      this.recountOnce(coupon).finally(() => this.running.delete(coupon));
    this.running.set(coupon, running);
    const late = () => new NoVerdict('contended', 'the recount takes longer than the claim waits');
    await withinMs(running, Math.max(0, atMs - this.resources.clock.monotonicMs()), late).catch(
      () => undefined,
    );
  }

  /** Resolves when no recount is running. */
  async ended(): Promise<void> {
    await Promise.all(this.running.values());
  }

  private async recountOnce(coupon: CouponId): Promise<void> {
    const { mysql, clock, log } = this.resources;
    using deadline = new RequestDeadline(clock, mysql.settings.transactionMaxMs);
    await recount(this.resources, this.client, coupon, deadline).catch((error: unknown) =>
      log.warn('redis-counter, recount', { coupon, error: String(error) }),
    );
  }
}

/** Resolves with how many recorded grants have no row any more. */
async function recountIn(
  transaction: Parameters<typeof stockOf>[0],
  client: RedisClient,
  coupon: CouponId,
): Promise<number> {
  const { counter, held, grants } = keysOf(coupon);
  const stock = await stockOf(transaction, coupon, 'locked').catch(async (error: unknown) => {
    // under the lock: no counter is seeded meanwhile
    if (error instanceof UnsoundStock) await client.del(counter);
    throw error;
  });
  // The counter comes first: what left the stream before the other read has a row.
  const [[epoch, revision, given], unacknowledged] = await Promise.all([
    client.hmget(counter, 'epoch', 'revision', 'taken'),
    oldestGrants(client, coupon, UNRECORDED_MAX),
  ]);
  if (typeof epoch !== 'string') return 0;
  if (stock.lastOrdinal > Number(given)) {
    // Redis came back older than the rows: it lacks claims too, which only the seeding copies.
    await client.del(counter);
    return 0;
  }
  const recordedTo = (unacknowledged[0]?.ordinal ?? Number(given) + 1) - 1;
  const recorded = await recordedAmong(transaction, coupon, unacknowledged);
  const lastOrdinal = await client.recountCoupon(
    counter,
    held,
    grants,
    epoch,
    revision ?? '0',
    stock.taken,
    stock.totalQuantity,
    UNRECORDED_MAX,
    recorded.size,
    ...[...recorded].map(({ id }) => id),
    ...(await holdingsOfAll(transaction, coupon)),
  );
  if (lastOrdinal > stock.lastOrdinal) await raiseLastOrdinal(transaction, coupon, lastOrdinal);
  return Math.max(0, recordedTo - stock.lastOrdinal);
}

/** Counts and logs that `rows` recorded grants have no row any more; readiness shows it. */
export async function reportGap(
  { log, counters }: Pick<RecountResources, 'log' | 'counters'>,
  client: RedisClient,
  coupon: CouponId,
  rows: number,
): Promise<void> {
  counters.count('grant_rows_missing');
  log.error('rows of recorded grants are missing', { coupon, rows });
  await client.sadd(COUPONS_WITH_GAP, coupon);
}
