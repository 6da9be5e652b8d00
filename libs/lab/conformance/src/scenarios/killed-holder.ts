import {
  answeredOrBlocked,
  attackEachStep,
  openPeer,
  OVERTAKE_MS,
  reaches,
} from '../attack-steps.js';
import { under } from '../breach.js';
import { newClaim, recorderFor } from '../claim-recorder.js';
import type { FaultScenario } from '../fault-scenario.js';
import { pointName } from '../record-steps.js';

/** Claims that waited for a dead process are answered within this time. */
const RECOVERED_MS = 4_000;

/**
 * A process is killed at each step while another, which has issued before, asks for the same, last
 * coupon. Then the dead
 * process's client asks the other one again.
 */
export const killedHolder: FaultScenario = {
  name: 'killed-holder',
  title: 'a process is killed (SIGKILL) at each step while another asks for the same last coupon',
  scope: 'processes',
  run: (harness) =>
    attackEachStep(harness, async (point, worker) => {
      const recorder = await recorderFor(harness, 2);
      await using peer = await openPeer(harness, worker);
      await recorder.claim(peer); // what it starts for this coupon must not outlive the claim
      const [user = harness.nobody] = harness.users;
      const id = newClaim();
      const breakpoint = worker.proxies[point.channel].holdAt(point);
      const held = recorder.claim(worker, { user, id });
      if (!(await reaches(harness, held, breakpoint))) return null;
      const beside = recorder.claim(peer, { waitMs: OVERTAKE_MS });
      await answeredOrBlocked(beside, peer, 600);
      await worker.kill();
      breakpoint.cut();
      await Promise.all([held, beside]);
      recorder.expectSilence(id);
      const breaches = await recorder.drainStock(peer, RECOVERED_MS);
      await recorder.retry(peer, user, id, RECOVERED_MS);
      return under(`killed ${pointName(point)}`, [...breaches, ...(await recorder.settle())]);
    }),
};
