import { setTimeout as sleep } from 'node:timers/promises';
import {
  answeredOrBlocked,
  attackEachStep,
  isRecordedBehind,
  openPeer,
  OVERTAKE_MS,
  reaches,
} from '../attack-steps.js';
import { under } from '../breach.js';
import { recorderFor } from '../claim-recorder.js';
import type { ServiceInstance } from '../clients/service-instance.js';
import type { FaultScenario } from '../fault-scenario.js';
import type { Harness } from '../harness.js';
import { pointName } from '../record-steps.js';

/** Longer than the kit's short leases; a strategy without leases would wait in any case. */
const OVERTAKE_SHORT_MS = 4_000;
/** With short leases a stopped process is taken for dead within this time. */
const TAKEN_FOR_DEAD_MS = 2_500;

/** Whether the strategy keeps something in Redis for a time that the kit cannot shorten. */
const hasLongLease = ({ shortLeases }: Harness, instance: ServiceInstance): boolean =>
  instance.usedRedis() && !Object.keys(shortLeases).some((name) => name.endsWith('_LEASE_MS'));

/** A process is stopped at each step until another has overtaken it, and then goes on. */
export const pausedHolder: FaultScenario = {
  name: 'paused-holder',
  title:
    'a process is stopped (SIGSTOP) at each step until another has overtaken it ' +
    'or waits for its row, and then goes on; 1 coupon',
  scope: 'paused',
  racing: 'where damage is due',
  run: (harness) =>
    attackEachStep(harness, async (point, worker) => {
      const recorder = await recorderFor(harness, 1);
      const breakpoint = worker.proxies[point.channel].holdAt(point);
      const stopped = recorder.claim(worker, { waitMs: OVERTAKE_MS });
      if (!(await reaches(harness, stopped, breakpoint))) return null;
      worker.stop();
      try {
        await using peer = await openPeer(harness, worker);
        const overtaking = recorder.claim(peer, { waitMs: OVERTAKE_MS });
        const overtakeMs = hasLongLease(harness, peer) ? OVERTAKE_MS : OVERTAKE_SHORT_MS;
        await answeredOrBlocked(overtaking, peer, overtakeMs);
        if (isRecordedBehind(harness)) await sleep(TAKEN_FOR_DEAD_MS);
        worker.resume();
        breakpoint.release();
        await Promise.all([stopped, overtaking]);
        const breaches = await recorder.drainStock(peer);
        return under(`stopped ${pointName(point)}`, [...breaches, ...(await recorder.settle())]);
      } finally {
        worker.resume();
        breakpoint.release();
      }
    }),
};
