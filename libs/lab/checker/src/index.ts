export { compareRuns, type Compared, type Comparison } from './compare.js';
export {
  type Attempt,
  type CouponRow,
  type RunHistory,
  type GrantRow,
  type Restock,
} from './run-history.js';
export {
  exportHistory,
  type ExportedOperation,
  type ExportHeader,
  type Outcome,
} from './export.js';
export { check, type CheckReport } from './check.js';
export {
  changeOf,
  median,
  rankSumChance,
  ratioOf,
  uncertaintyOf,
  type Change,
  type Estimate,
} from './statistics.js';
export { violates, verdictOn } from './verdict.js';
