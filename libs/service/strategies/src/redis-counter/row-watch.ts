import { NoVerdict, RequestDeadline } from '@coupon/application';
import type { CouponId } from '@coupon/domain';
import { lookup, type Mysql } from '@coupon/mysql';
import type { Resources } from '../plugin.js';
import { keysOf, type RedisClient } from './keys.js';
import { recount, type RecountResources } from './recount.js';

/** How soon after a look at the rows the next one may begin. */
const LOOK_EVERY_MS = 500;

const COUPONS_AT_ONCE = 500;

/** A coupon's counter at one moment. */
interface Counted {
  readonly epoch: string;
  readonly taken: number;
  readonly lastOrdinal: number;
  /** NaN: counted by an older release. */
  readonly totalQuantity: number;
  /** How many of its grants the coupon's row may not count yet. */
  readonly unrecordedMax: number;
}

/**
 * Looks for coupons whose rows were changed by others than the writer, beside the work of its
 * worker, which then has them counted anew.
 */
export class RowWatch {
  /** What was found, and is not being counted anew yet. */
  readonly changed = new Set<CouponId>();
  private looking: Promise<void> | undefined;
  private lookAtMs = 0;

  constructor(
    private readonly resources: RecountResources & Pick<Resources, 'clock'>,
    private readonly client: RedisClient,
  ) {}

  /** Begins a look at the rows of `coupons`, unless one is running, or ended just now. */
  look(coupons: readonly CouponId[]): void {
    const { mysql, clock, log } = this.resources;
    if (this.looking !== undefined || clock.monotonicMs() < this.lookAtMs) return;
    this.looking = changedCoupons(mysql, this.client, coupons)
      .then(
        (changed) => {
          for (const coupon of changed) this.changed.add(coupon);
        },
        (error: unknown) => {
          // The database may be away for long; who records says so.
          if (!(error instanceof NoVerdict)) log.warn('look at the rows', { error: String(error) });
        },
      )
      .finally(() => {
        this.looking = undefined;
        this.lookAtMs = clock.monotonicMs() + LOOK_EVERY_MS;
      });
  }

  /** See {@link recount}; takes as long as a transaction at most. What fails is found again. */
  async recount(coupon: CouponId): Promise<void> {
    this.changed.delete(coupon);
    const { mysql, clock } = this.resources;
    using deadline = new RequestDeadline(clock, mysql.settings.transactionMaxMs);
    await recount(this.resources, this.client, coupon, deadline);
  }

  /** Resolves when no look is running; its queries are limited in time. */
  async ended(): Promise<void> {
    await this.looking;
  }
}

/**
 * Those of `coupons` whose rows say something else than their counters and streams explain: the row
 * was changed by hand, or rows are gone. Without a lock, and beside running claims. Rejects with
 * NoVerdict, or with the client's errors.
 *
 * Each counter is read before its row and after it. What is taken by the row only grows, as grants
 * are recorded: it is never less than was taken before without what was in the stream, and never
 * more than is taken afterwards. The same holds of the last ordinal.
 */
async function changedCoupons(
  mysql: Mysql,
  client: RedisClient,
  coupons: readonly CouponId[],
): Promise<readonly CouponId[]> {
  const changed: CouponId[] = [];
  for (let from = 0; from < coupons.length; from += COUPONS_AT_ONCE) {
    const some = coupons.slice(from, from + COUPONS_AT_ONCE);
    const before = await countersOf(client, some);
    const rows = await lookup(
      mysql.db
        .selectFrom('coupons')
        .select(['id', 'quantity', 'total_quantity', 'last_ordinal'])
        .where('id', 'in', some)
        .execute(),
    );
    const after = await countersOf(client, some);
    const byId = new Map(rows.map((row) => [row.id, row]));
    for (const coupon of some) {
      const row = byId.get(coupon);
      const one = before.get(coupon);
      const other = after.get(coupon);
      if (row === undefined || one === undefined || one.epoch !== other?.epoch) continue;
      const taken = row.total_quantity - row.quantity;
      if (
        row.total_quantity !== other.totalQuantity ||
        taken < one.taken - one.unrecordedMax ||
        taken > other.taken ||
        row.last_ordinal < one.lastOrdinal - one.unrecordedMax ||
        row.last_ordinal > other.lastOrdinal
      )
        changed.push(coupon);
    }
  }
  return changed;
}

/** The counters of `coupons` that have one. */
async function countersOf(
  client: RedisClient,
  coupons: readonly CouponId[],
): Promise<ReadonlyMap<CouponId, Counted>> {
  const counted = await Promise.all(coupons.map((coupon) => counterOf(client, coupon)));
  return new Map(counted.flatMap((one) => (one === undefined ? [] : [one])));
}

async function counterOf(
  client: RedisClient,
  coupon: CouponId,
): Promise<readonly [CouponId, Counted] | undefined> {
  const { counter, grants } = keysOf(coupon);
  // In this order: whatever the counter counts that has no row is still in the stream.
  const [[epoch, last, unrecorded, total], unrecordedMax] = await Promise.all([
    client.hmget(counter, 'epoch', 'taken', 'unrecorded', 'total'),
    client.xlen(grants),
  ]);
  if (typeof epoch !== 'string') return undefined;
  const lastOrdinal = Number(last);
  return [
    coupon,
    {
      epoch,
      taken: lastOrdinal - Number(unrecorded ?? 0),
      lastOrdinal,
      totalQuantity: Number(total ?? NaN),
      unrecordedMax,
    },
  ];
}
