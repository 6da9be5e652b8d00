import { answeredOrBlocked, OVERTAKE_MS, reaches } from '../attack-steps.js';
import { under, type Breach } from '../breach.js';
import { recorderFor } from '../claim-recorder.js';
import type { FaultScenario } from '../fault-scenario.js';
import type { Harness } from '../harness.js';
import type { InjectionPoint } from '../proxy/fault-proxy.js';
import { pointName, recordSteps } from '../record-steps.js';

/** Far less than any claim in this scenario needs, so that it gives up while it waits. */
const IMPATIENT_MS = 150;
/** How long the holder is kept, well within its transaction's limit and its lease. */
const HELD_MS = 1_500;

/** The usual limit of a transaction. */
const TRANSACTION_MAX_MS = 4_000;
/** What the other process issues just before, its claims following one another. */
const BEFORE = 3;

/**
 * A claim is slow, within all limits, while others want its last coupon: first ones that give up,
 * and then one that is patient. None must get in, nor on a lock that their process had before.
 */
export const slowHolder: FaultScenario = {
  name: 'slow-holder',
  title:
    'a claim is held at each step, within its lease, while others give up waiting and one goes on',
  scope: 'processes',
  mostlyWaits: true,
  async run(harness) {
    await using observed = await harness.open();
    const steps = await recordSteps(harness, observed);
    const breaches = await Promise.all(
      steps.map(async (point) =>
        under(`held ${pointName(point)}`, await holdAndAsk(harness, point)),
      ),
    );
    return breaches.flat();
  },
};

async function holdAndAsk(harness: Harness, point: InjectionPoint): Promise<readonly Breach[]> {
  const env = harness.lastingLeases(TRANSACTION_MAX_MS);
  await using holder = await harness.open({ env });
  await using peer = await harness.open({ env });
  const warm = await recorderFor(harness, 2);
  await warm.burst([holder, peer], 2);
  const recorder = await recorderFor(harness, BEFORE + 1);
  await recorder.burst([peer], BEFORE);
  const breakpoint = holder.proxies[point.channel].holdAt(point);
  const held = recorder.claim(holder, { waitMs: OVERTAKE_MS });
  if (!(await reaches(harness, held, breakpoint))) return [];
  const hasty = [holder, peer].map((client) => recorder.claim(client, { waitMs: IMPATIENT_MS }));
  // The holder's own connection to Redis may be the one that is held.
  const givenUp = point.channel === 'redis' ? hasty.slice(1) : hasty;
  // One that waits in the database is in already, and gives that up as well after a while.
  const isInside = await Promise.race([
    Promise.all(givenUp).then(() => false),
    ...[holder, peer].map((one) => answeredOrBlocked(held, one, HELD_MS).then(() => true)),
  ]);
  const beside = recorder.claim(peer, { waitMs: OVERTAKE_MS });
  if (!isInside) await answeredOrBlocked(beside, peer, HELD_MS);
  breakpoint.release();
  await Promise.all([held, beside, ...hasty]);
  return [...(await recorder.drainStock(peer)), ...(await recorder.settle())];
}
