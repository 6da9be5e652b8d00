import type { Generated } from 'kysely';

/**
 * Rows as the driver gives them: BIGINT as number (kept below 2^53), DATETIME(3) as Date in UTC.
 */
export interface Schema {
  users: {
    id: Generated<number>;
    email: string;
    password_hash: string;
    role: 'user' | 'admin';
    created_at: Generated<Date>;
  };
  coupons: {
    id: Generated<number>;
    name: string;
    total_quantity: number;
    /** What remains, as in the original. */
    quantity: number;
    per_user_limit: number | null;
    opens_at: Date;
    closes_at: Date;
    paused: Generated<number>;
    /** Goes up by one with every recording; the fenced strategies compare it. */
    version: Generated<number>;
    /**
     * The highest ordinal ever given, or less where rows were written past the strategies. No
     * number up to it is given again.
     */
    last_ordinal: Generated<number>;
    created_at: Generated<Date>;
  };
  user_coupon: {
    id: Generated<number>;
    coupon_id: number;
    user_id: number;
    /**
     * The coupon's number, 1..N. Not unique on purpose: a lost update must be able to show as a
     * duplicate.
     */
    ordinal: number;
    claim_id: string;
    issued_at: Date;
    redeemed_at: Date | null;
  };
  coupon_units: {
    coupon_id: number;
    /** A number that is free, 1..N: the ordinal of the grant that takes it. */
    unit: number;
  };
}
