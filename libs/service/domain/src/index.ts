export {
  judge,
  type Claim,
  type Granted,
  type StockSnapshot,
  type Refusal,
  type Refused,
  type Terms,
  type Verdict,
} from './allotment.js';
export { Coupon, type Closed, type CouponFacts } from './coupon.js';
export { claimId, couponId, userId, type ClaimId, type CouponId, type UserId } from './ids.js';
