export { check, type CheckReport } from './check.js';
export { compareRuns, type ComparedFigure, type Comparison } from './compare-runs.js';
export {
  exportHistory,
  type ExportedOperation,
  type ExportedOutcome,
  type ExportHeader,
} from './export-history.js';
export {
  isUnknown,
  newCouponHistory,
  type Attempt,
  type CouponRow,
  type GrantRow,
  type StockChange,
  type RunHistory,
} from './run-history.js';
export {
  changeOf,
  median,
  randomFrom,
  rankSumChance,
  ratioOf,
  uncertaintyOf,
  type Change,
  type Estimate,
} from './statistics.js';
export { guaranteesFor, verdictOn } from './verdict.js';
export { violates } from './violates.js';
