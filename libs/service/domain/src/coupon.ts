import type { Terms } from './allotment.js';
import type { CouponId } from './ids.js';

/**
 * A coupon as its creator defined it. Times are epoch milliseconds; the window is half-open:
 * [opensAtMs, closesAtMs).
 */
export interface CouponFacts {
  readonly id: CouponId;
  readonly name: string;
  readonly totalQuantity: number;
  /** How many one user may hold; null: no limit. */
  readonly perUserLimit: number | null;
  readonly opensAtMs: number;
  readonly closesAtMs: number;
  readonly paused: boolean;
}

/** Why a coupon accepts no claims at the moment. */
export type Closed = 'NOT_OPEN_YET' | 'ALREADY_CLOSED' | 'PAUSED';

/**
 * A coupon, with its rule of admission: whatever no concurrent claim can change is checked here,
 * once, before any strategy.
 */
export class Coupon {
  readonly terms: Terms;

  constructor(readonly facts: CouponFacts) {
    this.terms = {
      couponId: facts.id,
      totalQuantity: facts.totalQuantity,
      perUserLimit: facts.perUserLimit,
    };
  }

  /** Null if the coupon accepts claims at `nowMs`, otherwise why it does not. */
  closedAt(nowMs: number): Closed | null {
    if (this.facts.paused) return 'PAUSED';
    if (nowMs < this.facts.opensAtMs) return 'NOT_OPEN_YET';
    if (nowMs >= this.facts.closesAtMs) return 'ALREADY_CLOSED';
    return null;
  }
}
