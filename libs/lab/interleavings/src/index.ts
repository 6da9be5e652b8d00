export { openDatabaseRunner, type DatabaseRoundSettings } from './database/database-runner.js';
export {
  explore,
  letterOf,
  shortest,
  tally,
  type ScheduleRunner,
  type Exploration,
  type Limits,
  type Schedule,
} from './explore.js';
export { memoryRunner, type RoundSettings } from './memory/memory-runner.js';
export { MemoryDatabase } from './memory/memory-database.js';
export { memoryResources } from './memory/memory-resources.js';
export { scheduledTurns, type Scheduler } from './memory/scheduled-turns.js';
export { isWrong, outcomes, type Outcome, type ClaimResult } from './outcome.js';
export type { Step, Values } from './statement.js';
