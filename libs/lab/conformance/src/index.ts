export { audit, type Books, type Breach } from './audit.js';
export {
  against,
  beginExamination,
  examine,
  findings,
  findingsOf,
  underclaimed,
  type Examination,
  type Breakage,
  type ScenarioReport,
} from './examine.js';
export {
  attackedGuarantees,
  invariantNames,
  invariants,
  refuted,
  type InvariantName,
  type Scope,
} from './invariants.js';
export type { FaultScenario } from './fault-scenario.js';
export { scenarios } from './scenarios/index.js';
