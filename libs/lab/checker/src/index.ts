export { compareRuns, type Compared, type Comparison } from './compare.js';
export {
  type Attempt,
  type CouponRow,
  type Evidence,
  type GrantRow,
  type Promises,
  type Restock,
} from './evidence.js';
export {
  exportHistory,
  type ExportedOperation,
  type ExportHeader,
  type Outcome,
} from './export.js';
export { examine, type Report } from './referee.js';
export {
  changeOf,
  median,
  rankSumChance,
  ratioOf,
  uncertaintyOf,
  type Change,
  type Estimate,
} from './statistics.js';
export { brokenBy, verdictOn } from './verdict.js';
