export type { Breach } from './breach.js';
export {
  deviations,
  deviationsIn,
  refutationsOf,
  underclaimed,
  type Deviation,
  type ScenarioReport,
} from './deviations.js';
export { beginExamination, examine, type Examination } from './examine.js';
export type { FaultScenario } from './fault-scenario.js';
export {
  attackedBy,
  attackedGuarantees,
  invariantNames,
  invariants,
  refuted,
  type InvariantName,
  type Scope,
} from './invariants.js';
export { scenarios } from './scenarios/index.js';
export { FaultProxy, type Breakpoint, type InjectionPoint } from './proxy/fault-proxy.js';
