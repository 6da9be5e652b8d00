import type {
  CouponCatalog,
  GrantArchive,
  NewCoupon,
  RecordedGrant,
  Role,
  StockedCoupon,
  User,
  UserDirectory,
} from '@coupon/application';
import {
  claimId,
  Coupon,
  couponId,
  userId,
  type ClaimId,
  type CouponId,
  type UserId,
} from '@coupon/domain';
import type { Selectable } from 'kysely';
import { asNoVerdict, errnoOf } from './errors.js';
import type { Mysql } from './mysql.js';
import type { Schema } from './schema.js';

/** Runs a lookup, turning the driver's expected failures into NoVerdict. */
async function lookup<T>(query: Promise<T>): Promise<T> {
  try {
    return await query;
  } catch (error) {
    throw asNoVerdict(error);
  }
}

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

const toGrant = (row: Selectable<Schema['user_coupon']>): RecordedGrant => ({
  id: row.id,
  claimId: claimId(row.claim_id),
  couponId: couponId(row.coupon_id),
  user: userId(row.user_id),
  ordinal: row.ordinal,
  issuedAtMs: row.issued_at.getTime(),
});

/** Grants in MySQL. */
export class MysqlGrants implements GrantArchive {
  constructor(private readonly mysql: Mysql) {}

  async find(claim: ClaimId): Promise<RecordedGrant | null> {
    const row = await lookup(
      this.mysql.db
        .selectFrom('user_coupon')
        .selectAll()
        .where('claim_id', '=', claim)
        .executeTakeFirst(),
    );
    return row === undefined ? null : toGrant(row);
  }

  async pageOf(
    user: UserId,
    after: number | null,
    limit: number,
  ): Promise<readonly RecordedGrant[]> {
    const grants = this.mysql.db
      .selectFrom('user_coupon')
      .selectAll()
      .where('user_id', '=', user)
      .where('id', '>', after ?? 0);
    return (await lookup(grants.orderBy('id').limit(limit).execute())).map(toGrant);
  }
}

/** Users in MySQL; the email's collation compares without case. */
export class MysqlUsers implements UserDirectory {
  constructor(private readonly mysql: Mysql) {}

  async add(email: string, passwordHash: string, role: Role): Promise<User | null> {
    try {
      const { insertId } = await this.mysql.db
        .insertInto('users')
        .values({ email, password_hash: passwordHash, role })
        .executeTakeFirstOrThrow();
      return { id: userId(Number(insertId)), email, passwordHash, role };
    } catch (error) {
      if (errnoOf(error) === 1062) return null;
      throw asNoVerdict(error);
    }
  }

  async findByEmail(email: string): Promise<User | null> {
    const row = await lookup(
      this.mysql.db.selectFrom('users').selectAll().where('email', '=', email).executeTakeFirst(),
    );
    return row === undefined
      ? null
      : { id: userId(row.id), email: row.email, passwordHash: row.password_hash, role: row.role };
  }
}
