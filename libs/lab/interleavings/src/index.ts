export { openDatabaseRunner, type DatabaseRoundSettings } from './database/database-runner.js';
export {
  explore,
  letterOf,
  shortest,
  tally,
  type ScheduleRunner,
  type Exploration,
  type ExplorationOptions,
} from './explore.js';
export { memoryRunner, type RoundSettings } from './memory/memory-runner.js';
export { MemoryDatabase } from './memory/memory-database.js';
export { memoryResources } from './memory/memory-resources.js';
export { scheduledGate, type Scheduler } from './memory/scheduled-gate.js';
export { isWrong, type ClaimResult } from './outcome.js';
export type { Values } from './statement.js';
