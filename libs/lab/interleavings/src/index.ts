export { openDatabaseArena, type DatabaseRoundSettings } from './database/database-arena.js';
export {
  explore,
  letterOf,
  shortest,
  tally,
  type Arena,
  type Exploration,
  type Limits,
  type Schedule,
} from './explore.js';
export { memoryArena, type RoundSettings } from './memory/memory-arena.js';
export { MemoryDatabase } from './memory/memory-database.js';
export { memoryResources } from './memory/memory-resources.js';
export { scheduledTurns, type Scheduler } from './memory/scheduled-turns.js';
export { isWrong, outcomes, type Outcome, type Told } from './outcome.js';
export type { Step, Values } from './statement.js';
