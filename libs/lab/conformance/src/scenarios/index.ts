import type { FaultScenario } from '../fault-scenario.js';
import { lostConnection } from './connection.js';
import { killedHolder, lateRelease, pausedHolder } from './processes.js';
import { redisTrouble } from './redis.js';
import { replay } from './replay.js';
import { enough, limit, rush, twoProcesses } from './burst.js';
import { deadlockVictim, neighbours, poolOfOne, slowTransaction } from './contention.js';

/** Every trial, the quick ones first. */
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
