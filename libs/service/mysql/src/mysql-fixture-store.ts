import { randomUUID } from 'node:crypto';
import type { FixtureGrant, FixtureStore, NewCoupon, RivalTransaction } from '@coupon/application';
import { userId, type CouponId, type Terms, type UserId } from '@coupon/domain';
import { sql, type ControlledTransaction } from 'kysely';
import { MysqlCatalog } from './mysql-catalog.js';
import type { Mysql } from './mysql.js';
import type { Schema } from './schema.js';

const COUPON_OPEN_MS = 3_600_000;
/** Rows that one statement copies: larger transactions are only slower. */
const FILL_STEP = 100_000;
/** MariaDB's and MySQL's default depth of a recursive query. */
const RECURSION_MAX = 1_000;

/** Fixtures in MySQL, past the strategies. */
export class MysqlFixtureStore implements FixtureStore {
  constructor(private readonly mysql: Mysql) {}

  async createUsers(count: number): Promise<readonly UserId[]> {
    const batch = randomUUID();
    const values = Array.from({ length: count }, (_, n) => ({
      email: `${batch}-${n}@example.org`,
      password_hash: 'no hash',
      role: 'user' as const,
    }));
    await this.mysql.db.insertInto('users').values(values).execute();
    const rows = await this.mysql.db
      .selectFrom('users')
      .select('id')
      .where('email', 'like', `${batch}-%`)
      .orderBy('id')
      .execute();
    return rows.map(({ id }) => userId(id));
  }

  async createCoupon(totalQuantity: number, own: Partial<NewCoupon> = {}): Promise<Terms> {
    const { coupon } = await new MysqlCatalog(this.mysql).create({
      name: 'fixture',
      totalQuantity,
      perUserLimit: null,
      opensAtMs: 0,
      closesAtMs: this.mysql.clock.nowMs() + COUPON_OPEN_MS,
      ...own,
    });
    return coupon.terms;
  }

  async pauseCoupon(coupon: CouponId): Promise<void> {
    await this.mysql.db
      .updateTable('coupons')
      .set({ paused: 1 })
      .where('id', '=', coupon)
      .execute();
  }

  async setRemaining(coupon: CouponId, remaining: number): Promise<void> {
    await this.mysql.db
      .updateTable('coupons')
      .set({ quantity: remaining })
      .where('id', '=', coupon)
      .execute();
  }

  async recordGrant({ couponId, user, ordinal, claimId, issuedAtMs }: FixtureGrant): Promise<void> {
    const row = {
      coupon_id: couponId,
      user_id: user,
      ordinal,
      claim_id: claimId,
      issued_at: new Date(issuedAtMs),
    };
    await this.mysql.db.insertInto('user_coupon').values(row).execute();
  }

  /** Creates a thousand rows and copies the rest. Claim ids rise with time, as the service's do. */
  async fillGrants(coupon: CouponId, count: number): Promise<void> {
    const { db } = this.mysql;
    const [user = 0] = await this.createUsers(1);
    const row = sql`${coupon}, ${user}, k,
      LOWER(CONCAT('01900000-', INSERT(LPAD(HEX(k), 8, '0'), 5, 0, '-'), '-8000-',
        LPAD(HEX(${coupon}), 12, '0'))), NOW(3)`;
    const insert = sql`INSERT INTO user_coupon (coupon_id, user_id, ordinal, claim_id, issued_at)`;
    const created = Math.min(count, RECURSION_MAX);
    await sql`${insert} WITH RECURSIVE n AS
      (SELECT 1 AS k UNION ALL SELECT k + 1 FROM n WHERE k < ${created})
      SELECT ${row} FROM n`.execute(db);
    for (let filled = created; filled < count;) {
      const step = Math.min(filled, count - filled, FILL_STEP);
      await sql`${insert} SELECT ${row} FROM (SELECT ordinal + ${filled} AS k FROM user_coupon
        WHERE coupon_id = ${coupon} AND ordinal <= ${step}) AS copied`.execute(db);
      filled += step;
    }
    await this.setRemaining(coupon, 0);
  }

  async holdCoupon(coupon: CouponId): Promise<() => Promise<void>> {
    const rival = await this.beginRival();
    await rival.lockCoupon(coupon);
    return async () => rival[Symbol.asyncDispose]();
  }

  async beginRival(): Promise<RivalTransaction> {
    return new MysqlRival(await this.mysql.db.startTransaction().execute());
  }
}

class MysqlRival implements RivalTransaction {
  constructor(private readonly transaction: ControlledTransaction<Schema>) {}

  async lockCoupon(coupon: CouponId): Promise<void> {
    await this.transaction
      .selectFrom('coupons')
      .select('id')
      .where('id', '=', coupon)
      .forUpdate()
      .execute();
  }

  async writeUsers(): Promise<void> {
    await this.transaction.updateTable('users').set({ role: 'admin' }).execute();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // A victim, and a connection that is lost, are rolled back already.
    await this.transaction
      .rollback()
      .execute()
      .catch(() => undefined);
  }
}
