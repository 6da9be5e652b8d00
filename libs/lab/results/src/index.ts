export {
  allGuarantees,
  guaranteeNames,
  guarantees,
  type GuaranteeName,
  type Guarantees,
} from '@coupon/application';
export {
  HistoryReader,
  readHistory,
  claimRecordSchema,
  stockChangeSchema,
  type History,
  type OpenClaim,
  type ClaimRecord,
  type StockChangeRecord,
} from './history.js';
export {
  environmentSchema,
  violationKinds,
  violationSchema,
  raceResultSchema,
  rowsSchema,
  runResultSchema,
  verdictSchema,
  type Environment,
  type Violation,
  type ViolationKind,
  type RaceResult,
  type Rows,
  type RunResult,
  type RunVerdict,
} from './result.js';
export {
  faultCellSchema,
  faultVerdicts,
  predictionSchema,
  type FaultCell,
  type Prediction,
} from './fault-cell.js';
export {
  explorationSchema,
  type ExplorationBody,
  scheduleSchema,
  stepSchema,
  type Schedule,
  type Step,
  type Told,
} from './schedule.js';
export { AnswerTally, failureOf } from './answer-tally.js';
export {
  expectedRemaining,
  quantileOf,
  runEndingOf,
  runFiguresOf,
  runNameOf,
  shareOf,
  type RunEnding,
  type RunFigures,
} from './run-figures.js';
export { tickSchema, type Tick } from './watch.js';
export {
  choicesSchema,
  exploreRequestSchema,
  liveEventSchema,
  liveStateSchema,
  openedRaceSchema,
  pastRaceSchema,
  raceRequestSchema,
  refusalSchema,
  strategyPageSchema,
  type Choices,
  type RunState,
  type LiveEvent,
  type LiveState,
  type OpenedRace,
  type PastRace,
  type RacePhase,
  type RaceState,
  type RaceRequest,
  type LabRefusalBody,
} from './console.js';
export { applyLive, isUnderWay, nothingLive, TICKS_KEPT_MAX } from './live-state.js';
