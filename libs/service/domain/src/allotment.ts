import type { ClaimId, CouponId, UserId } from './ids.js';

/**
 * What is promised for a coupon: how many there are, and how many of them one user may hold (null:
 * any number).
 */
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
 * The books as they stood when somebody read them: coupons taken so far, how many each of the users
 * in question holds (absent: none), and the time of the reading in epoch milliseconds, which
 * becomes the time of any grant.
 */
export interface StockSnapshot {
  readonly taken: number;
  readonly held: ReadonlyMap<UserId, number>;
  readonly readAtMs: number;
}

/** Not exported: without this key nobody but the law can make a verdict. */
const seal: unique symbol = Symbol('judged');

/** The claim is granted coupon number `ordinal` (1..totalQuantity). */
export interface Granted {
  readonly [seal]: true;
  readonly kind: 'granted';
  readonly claim: Claim;
  readonly ordinal: number;
  readonly issuedAtMs: number;
}

/** Why the law says no: the last coupon is gone, or the user holds all that one user may. */
export type Refusal = 'SOLD_OUT' | 'LIMIT_REACHED';

/** The claim is refused, and nothing is to be recorded. */
export interface Refused {
  readonly [seal]: true;
  readonly kind: 'refused';
  readonly claim: Claim;
  readonly refusal: Refusal;
}

export type Verdict = Granted | Refused;

/**
 * The law: first come, first served, until `totalQuantity` are taken, no user above `perUserLimit`.
 *
 * Pure and total. All claims are for the coupon whose books `ledger` is; they are judged in their
 * order, each against the books as the ones before it left them, so a batch gets the verdicts that
 * its claims would get one after the other. Stock is looked at first: to a user at the limit of a
 * sold-out coupon, "sold out" is the final answer. Returns one verdict for each claim, in the
 * claims' order.
 */
export function judge(stock: StockSnapshot, claims: readonly Claim[]): readonly Verdict[] {
  let taken = stock.taken;
  const heldNow = new Map<UserId, number>();
  return claims.map((claim): Verdict => {
    const { totalQuantity, perUserLimit } = claim.terms;
    if (taken >= totalQuantity)
      return { [seal]: true, kind: 'refused', claim, refusal: 'SOLD_OUT' };
    const held = heldNow.get(claim.user) ?? stock.held.get(claim.user) ?? 0;
    if (perUserLimit !== null && held >= perUserLimit)
      return { [seal]: true, kind: 'refused', claim, refusal: 'LIMIT_REACHED' };
    taken += 1;
    heldNow.set(claim.user, held + 1);
    return { [seal]: true, kind: 'granted', claim, ordinal: taken, issuedAtMs: stock.readAtMs };
  });
}
