export { type Attempt, type CouponRow, type Evidence, type GrantRow, type Promises, type Restock } from './evidence.js';
export { examine, type Report } from './referee.js';
export { brokenBy, verdictOn } from './verdict.js';
export { median, ratioOf, uncertaintyOf, type Estimate } from './statistics.js';
