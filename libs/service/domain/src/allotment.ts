import type { ClaimId, CouponId, UserId } from './ids.js';

/** What a coupon promises: how many there are, and how many one user may hold (null: no limit). */
export interface Terms {
  readonly couponId: CouponId;
  readonly totalQuantity: number;
  readonly perUserLimit: number | null;
}

/** One user's request for one coupon. `id` is its idempotency key. */
export interface Claim {
  readonly id: ClaimId;
  readonly terms: Terms;
  readonly user: UserId;
}

/**
 * A coupon's stock at one moment: how many are taken, how many each of the users in question holds
 * (absent: none), and the time of reading in epoch milliseconds, which becomes the time of the
 * grants.
 */
export interface StockSnapshot {
  readonly taken: number;
  /** The total at that moment; absent: that of the claims' terms, which may be older. */
  readonly totalQuantity?: number;
  /**
   * The highest ordinal ever given, where it may be more than are taken: the number of a coupon
   * that came back is not given again. Absent: as many as are taken.
   */
  readonly lastOrdinal?: number;
  readonly held: ReadonlyMap<UserId, number>;
  readonly readAtMs: number;
}

/** Not exported: without this key, only the law can make a verdict. */
const seal: unique symbol = Symbol('judged');

/**
 * The claim is granted coupon number `ordinal`: 1..totalQuantity, and more only where coupons came
 * back.
 */
export interface Granted {
  readonly [seal]: true;
  readonly kind: 'granted';
  readonly claim: Claim;
  readonly ordinal: number;
  readonly issuedAtMs: number;
}

/** Why a claim is refused: the stock is used up, or the user holds as many as one user may. */
export type Refusal = 'SOLD_OUT' | 'LIMIT_REACHED';

/** The claim is refused; there is nothing to record. */
export interface Refused {
  readonly [seal]: true;
  readonly kind: 'refused';
  readonly claim: Claim;
  readonly refusal: Refusal;
}

/** What the law says of a claim. Only {@link judge} makes one. */
export type Verdict = Granted | Refused;

/**
 * The law: first come, first served, until `totalQuantity` are taken, and no user holds more than
 * `perUserLimit`. No ordinal is given twice.
 *
 * Pure and total. All claims are for the coupon of `stock`. Each claim is judged against the stock
 * that the claims before it leave, so a batch gets the verdicts that its claims would get one after
 * the other. Stock comes before the limit: a user who is at the limit of a sold-out coupon is told
 * `SOLD_OUT`, which is final. Returns one verdict for each claim, in their order.
 */
export function judge(stock: StockSnapshot, claims: readonly Claim[]): readonly Verdict[] {
  let { taken } = stock;
  let ordinal = Math.max(taken, stock.lastOrdinal ?? 0);
  const heldNow = new Map<UserId, number>();
  return claims.map((claim): Verdict => {
    const { perUserLimit } = claim.terms;
    const { totalQuantity = claim.terms.totalQuantity } = stock;
    if (taken >= totalQuantity)
      return { [seal]: true, kind: 'refused', claim, refusal: 'SOLD_OUT' };
    const held = heldNow.get(claim.user) ?? stock.held.get(claim.user) ?? 0;
    if (perUserLimit !== null && held >= perUserLimit)
      return { [seal]: true, kind: 'refused', claim, refusal: 'LIMIT_REACHED' };
    taken += 1;
    ordinal += 1;
    heldNow.set(claim.user, held + 1);
    return { [seal]: true, kind: 'granted', claim, ordinal, issuedAtMs: stock.readAtMs };
  });
}
