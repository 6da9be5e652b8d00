import type { FaultScenario } from '../fault-scenario.js';
import { changedMidway, unsoundStock, withdrawnGrant } from './administrator.js';
import { enough, limit, rush, twoProcesses } from './burst.js';
import { changedTotal } from './changed-total.js';
import { deadlockVictim, neighbours, poolOfOne, slowTransaction } from './contention.js';
import { handover } from './handover.js';
import { killedHolder } from './killed-holder.js';
import { killedWaiter } from './killed-waiter.js';
import { commitPastLease, lateCommit, lateCommitAlone } from './late-commit.js';
import { lateHandover } from './late-handover.js';
import { lateRelease } from './late-release.js';
import { lineForThePool } from './line-for-the-pool.js';
import { lostConnection } from './lost-connection.js';
import { lostLock } from './lost-lock.js';
import { order, orderAmongProcesses } from './order.js';
import { pausedHolder } from './paused-holder.js';
import { redisSilent, redisTrouble } from './redis-trouble.js';
import { replay } from './replay.js';
import { restart } from './restart.js';
import { slowHolder } from './slow-holder.js';

/** Every fault scenario: the quick ones first, those that may run at the same time in a row. */
export const scenarios: readonly FaultScenario[] = [
  rush,
  enough,
  limit,
  order,
  replay,
  restart,
  changedTotal,
  withdrawnGrant,
  unsoundStock,
  changedMidway,
  poolOfOne,
  neighbours,
  slowTransaction,
  deadlockVictim,
  lostConnection,
  twoProcesses,
  orderAmongProcesses,
  lateCommitAlone,
  redisTrouble,
  slowHolder,
  lateCommit,
  redisSilent,
  lineForThePool,
  killedWaiter,
  handover,
  lateHandover,
  lostLock,
  commitPastLease,
  lateRelease,
  pausedHolder,
  killedHolder,
];
