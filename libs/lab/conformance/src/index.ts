export { audit, type Books, type Breach } from './audit.js';
export {
  against,
  beginExamination,
  examine,
  findings,
  findingsOf,
  tooModest,
  type Examination,
  type Finding,
  type TrialReport,
} from './examine.js';
export {
  guaranteeNames,
  lawNames,
  laws,
  refuted,
  type GuaranteeName,
  type LawName,
  type Scope,
} from './laws.js';
export type { Trial } from './trial.js';
export { trials } from './trials/index.js';
