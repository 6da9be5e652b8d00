import type { CouponId } from '@coupon/domain';
import type { RecordedGrant } from './grant-archive.js';

/** All that is recorded of one coupon, at one moment. */
export interface CouponRecord {
  readonly totalQuantity: number;
  readonly perUserLimit: number | null;
  /** What the coupon's row says is left, whatever its grants say. */
  readonly remaining: number;
  /** How many transactions changed `remaining`. */
  readonly version: number;
  /** In the order of their row ids. */
  readonly grants: readonly RecordedGrant[];
}

/** How far a coupon is issued, at one moment. */
export interface CouponProgress {
  /** What the coupon's row says is left, whatever its grants say. */
  readonly remaining: number;
  /** How many grants of the coupon are recorded. */
  readonly grants: number;
}

/**
 * What is recorded, for those who check or watch the service from outside. All methods reject with
 * NoVerdict('unavailable') when the store cannot be reached.
 */
export interface CouponRecords {
  /** The coupon and all its grants in one consistent snapshot; null: there is no such coupon. */
  read(coupon: CouponId): Promise<CouponRecord | null>;
  /** Both counts from one statement; null: there is no such coupon. */
  progress(coupon: CouponId): Promise<CouponProgress | null>;
  /** The highest row id of all grants, at hardly any cost; 0: there is none. */
  latestGrantId(): Promise<number>;
  /** How many rows of each kind there are. */
  totals(): Promise<{ readonly users: number; readonly coupons: number; readonly grants: number }>;
}
