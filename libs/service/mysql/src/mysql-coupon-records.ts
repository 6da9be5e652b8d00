import type { CouponProgress, CouponRecord, CouponRecords } from '@coupon/application';
import type { CouponId } from '@coupon/domain';
import { sql } from 'kysely';
import { lookup } from './lookup.js';
import { toGrant } from './mysql-grants.js';
import type { Mysql } from './mysql.js';

/** What MySQL has recorded. */
export class MysqlCouponRecords implements CouponRecords {
  constructor(private readonly mysql: Mysql) {}

  /** Both reads see one snapshot, as sessions are at REPEATABLE READ. */
  async read(coupon: CouponId): Promise<CouponRecord | null> {
    const reading = this.mysql.db.transaction().execute(async (transaction) => {
      const row = await transaction
        .selectFrom('coupons')
        .select(['total_quantity', 'per_user_limit', 'quantity', 'version'])
        .where('id', '=', coupon)
        .executeTakeFirst();
      if (row === undefined) return null;
      const grants = await transaction
        .selectFrom('user_coupon')
        .selectAll()
        .where('coupon_id', '=', coupon)
        .orderBy('id')
        .execute();
      return {
        totalQuantity: row.total_quantity,
        perUserLimit: row.per_user_limit,
        remaining: row.quantity,
        version: row.version,
        grants: grants.map(toGrant),
      };
    });
    return lookup(reading);
  }

  async progress(coupon: CouponId): Promise<CouponProgress | null> {
    const query = this.mysql.db
      .selectFrom('coupons')
      .select((query) => [
        'quantity as remaining',
        query
          .selectFrom('user_coupon')
          .select(({ fn }) => fn.countAll<number>().as('grants'))
          .where('coupon_id', '=', coupon)
          .$asScalar()
          .$notNull()
          .as('grants'),
      ])
      .where('id', '=', coupon);
    return (await lookup(query.executeTakeFirst())) ?? null;
  }

  async latestGrantId(): Promise<number> {
    const query = this.mysql.db
      .selectFrom('user_coupon')
      .select(({ fn }) => fn.max<number | null>('id').as('latest'));
    const { latest } = await lookup(query.executeTakeFirstOrThrow());
    return latest ?? 0;
  }

  async totals(): ReturnType<CouponRecords['totals']> {
    const query = sql<{ users: number; coupons: number; grants: number }>`SELECT
      (SELECT COUNT(*) FROM users) AS users,
      (SELECT COUNT(*) FROM coupons) AS coupons,
      (SELECT COUNT(*) FROM user_coupon) AS grants`;
    const { rows } = await lookup(query.execute(this.mysql.db));
    return rows[0] ?? { users: 0, coupons: 0, grants: 0 };
  }
}
