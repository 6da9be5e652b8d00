export { ANSWER_GRACE_MS, leftMs, TRANSACTION_GRACE_MS, withinMs } from './answer-bound.js';
export { cachedCatalog } from './cached-catalog.js';
export {
  defineSettings,
  deriveSettings,
  flag,
  integer,
  oneOf,
  text,
  type DeclaredSettings,
  type Setting,
  type SettingFacts,
} from './declared-settings.js';
export {
  allGuarantees,
  forEachGuarantee,
  guaranteeNames,
  guarantees,
  type Bilingual,
  type GuaranteeName,
  type Guarantees,
} from './guarantees.js';
export { CreateCoupon } from './create-coupon.js';
export { DuplicateClaim } from './duplicate-claim.js';
export { GetCoupon } from './get-coupon.js';
export { IssueCoupon, type IssueOutcome, type IssueRequest } from './issue-coupon.js';
export { ListCoupons } from './list-coupons.js';
export { ListMyCoupons } from './list-my-coupons.js';
export { LogIn, type LogInOutcome } from './log-in.js';
export { NoVerdict, type NoVerdictKind } from './no-verdict.js';
export { DisposalStack, openTogether } from './disposal-stack.js';
export type { Clock, MonotonicClock } from './ports/clock.js';
export { systemClock } from './system-clock.js';
export type { Counters } from './ports/counters.js';
export type { CouponProgress, CouponRecord, CouponRecords } from './ports/coupon-records.js';
export type { CouponCatalog, NewCoupon, StockedCoupon } from './ports/coupon-catalog.js';
export type { Deadline } from './ports/deadline.js';
export type { FixtureGrant, FixtureStore, RivalTransaction } from './ports/fixture-store.js';
export type { GrantArchive, RecordedGrant } from './ports/grant-archive.js';
export type { IssuanceStrategy } from './ports/issuance-strategy.js';
export type { Log } from './ports/log.js';
export type { Meter } from './ports/meter.js';
export type { PasswordHasher } from './ports/password-hasher.js';
export type { SignedToken, TokenSigner } from './ports/token-signer.js';
export type { Page } from './page.js';
export type { Session } from './session.js';
export { SignUp, type SignUpOutcome } from './sign-up.js';
export { RequestDeadline } from './request-deadline.js';
export {
  ConfigFaults,
  readSettings,
  SettingsReader,
  type ConfigFault,
  type Env,
} from './settings.js';
export { UnsoundStock } from './unsound-stock.js';
export type { Role, User, UserDirectory } from './ports/user-directory.js';
