import type { CouponCatalog, NewCoupon, StockedCoupon } from '@coupon/application';
import { Coupon, couponId, type CouponId } from '@coupon/domain';
import type { Selectable } from 'kysely';
import { lookup } from './lookup.js';
import type { Mysql } from './mysql.js';
import type { Schema } from './schema.js';

const toStocked = (row: Selectable<Schema['coupons']>): StockedCoupon => ({
  quantity: row.quantity,
  coupon: new Coupon({
    id: couponId(row.id),
    name: row.name,
    totalQuantity: row.total_quantity,
    perUserLimit: row.per_user_limit,
    opensAtMs: row.opens_at.getTime(),
    closesAtMs: row.closes_at.getTime(),
    paused: row.paused !== 0,
  }),
});

/** Coupons in MySQL. */
export class MysqlCatalog implements CouponCatalog {
  constructor(private readonly mysql: Mysql) {}

  async create(coupon: NewCoupon): Promise<StockedCoupon> {
    const { name, totalQuantity, perUserLimit, opensAtMs, closesAtMs } = coupon;
    const row = {
      name,
      total_quantity: totalQuantity,
      quantity: totalQuantity,
      per_user_limit: perUserLimit,
      opens_at: new Date(opensAtMs),
      closes_at: new Date(closesAtMs),
    };
    const { insertId } = await lookup(
      this.mysql.db.insertInto('coupons').values(row).executeTakeFirstOrThrow(),
    );
    return {
      quantity: totalQuantity,
      coupon: new Coupon({
        id: couponId(Number(insertId)),
        name,
        totalQuantity,
        perUserLimit,
        opensAtMs,
        closesAtMs,
        paused: false,
      }),
    };
  }

  async find(id: CouponId): Promise<StockedCoupon | null> {
    const row = await lookup(
      this.mysql.db.selectFrom('coupons').selectAll().where('id', '=', id).executeTakeFirst(),
    );
    return row === undefined ? null : toStocked(row);
  }

  async page(after: CouponId | null, limit: number): Promise<readonly StockedCoupon[]> {
    const rows = await lookup(
      this.mysql.db
        .selectFrom('coupons')
        .selectAll()
        .where('id', '>', after ?? 0)
        .orderBy('id')
        .limit(limit)
        .execute(),
    );
    return rows.map(toStocked);
  }
}
