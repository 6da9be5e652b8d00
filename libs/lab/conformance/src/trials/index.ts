import type { Trial } from '../trial.js';
import { lostConnection } from './connection.js';
import { killedHolder, lateRelease, pausedHolder } from './processes.js';
import { redisTrouble } from './redis.js';
import { replay } from './replay.js';
import { enough, limit, rush, twoProcesses } from './rush.js';
import { deadlockVictim, neighbours, poolOfOne, slowTransaction } from './trouble.js';

/** Every trial, the quick ones first. */
export const trials: readonly Trial[] = [
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
