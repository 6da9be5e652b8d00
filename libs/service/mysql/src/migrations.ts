import { sql, type Kysely, type Migration } from 'kysely';

/**
 * The foreign key on coupon_id is what makes the original's deadlocks (an INSERT takes a shared
 * lock on the coupon's row), so it stays. `(coupon_id, user_id)` serves that key and the per-user
 * count; claim_id makes a replay harmless.
 */
const initial: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`CREATE TABLE users (
      id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
      email VARCHAR(254) NOT NULL,
      password_hash VARCHAR(255) NOT NULL,
      role ENUM('user', 'admin') NOT NULL,
      created_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
      UNIQUE KEY users_email (email)
    ) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4`.execute(db);
    await sql`CREATE TABLE coupons (
      id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
      name VARCHAR(100) NOT NULL,
      total_quantity INT UNSIGNED NOT NULL,
      quantity INT UNSIGNED NOT NULL,
      per_user_limit INT UNSIGNED NULL,
      opens_at DATETIME(3) NOT NULL,
      closes_at DATETIME(3) NOT NULL,
      paused TINYINT UNSIGNED NOT NULL DEFAULT 0,
      version BIGINT UNSIGNED NOT NULL DEFAULT 0,
      created_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3)
    ) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4`.execute(db);
    await sql`CREATE TABLE user_coupon (
      id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
      coupon_id BIGINT UNSIGNED NOT NULL,
      user_id BIGINT UNSIGNED NOT NULL,
      ordinal INT UNSIGNED NOT NULL,
      claim_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      issued_at DATETIME(3) NOT NULL,
      redeemed_at DATETIME(3) NULL,
      UNIQUE KEY user_coupon_claim (claim_id),
      KEY user_coupon_coupon_user (coupon_id, user_id),
      KEY user_coupon_user (user_id),
      CONSTRAINT user_coupon_coupon_fk FOREIGN KEY (coupon_id) REFERENCES coupons (id),
      CONSTRAINT user_coupon_user_fk FOREIGN KEY (user_id) REFERENCES users (id)
    ) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4`.execute(db);
  },
};

/**
 * The free units of coupons that are issued unit by unit (mysql-skip-locked): one row for each,
 * gone once it is issued.
 */
const couponUnits: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`CREATE TABLE coupon_units (
      coupon_id BIGINT UNSIGNED NOT NULL,
      unit INT UNSIGNED NOT NULL,
      PRIMARY KEY (coupon_id, unit),
      CONSTRAINT coupon_units_coupon_fk FOREIGN KEY (coupon_id) REFERENCES coupons (id)
    ) ENGINE = InnoDB`.execute(db);
  },
};

/**
 * The highest ordinal that a coupon ever gave. Without it, the number of a grant that was removed
 * would be given again, or another one twice.
 */
const lastOrdinal: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`ALTER TABLE coupons ADD COLUMN last_ordinal INT UNSIGNED NOT NULL DEFAULT 0`.execute(
      db,
    );
    await sql`UPDATE coupons SET last_ordinal = COALESCE(
      (SELECT MAX(ordinal) FROM user_coupon WHERE coupon_id = coupons.id), 0)`.execute(db);
  },
};

/** Every change of the schema, in the order of their names. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-initial': initial,
  '0002-coupon-units': couponUnits,
  '0003-last-ordinal': lastOrdinal,
};
