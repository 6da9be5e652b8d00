import type { FaultScenario } from '../fault-scenario.js';
import { enough, limit, rush, twoProcesses } from './burst.js';
import { deadlockVictim, neighbours, poolOfOne, slowTransaction } from './contention.js';
import { killedHolder } from './killed-holder.js';
import { lateRelease } from './late-release.js';
import { lostConnection } from './lost-connection.js';
import { pausedHolder } from './paused-holder.js';
import { redisTrouble } from './redis-trouble.js';
import { replay } from './replay.js';

/** Every fault scenario, the quick ones first. */
export const scenarios: readonly FaultScenario[] = [
  rush,
  enough,
  limit,
  replay,
  poolOfOne,
  neighbours,
  slowTransaction,
  deadlockVictim,
  lostConnection,
  redisTrouble,
  twoProcesses,
  lateRelease,
  pausedHolder,
  killedHolder,
];
