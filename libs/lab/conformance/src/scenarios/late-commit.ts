import { answeredOrBlocked, OVERTAKE_MS, reaches } from '../attack-steps.js';
import { under, type Breach } from '../breach.js';
import { recorderFor } from '../claim-recorder.js';
import type { ServiceInstance } from '../clients/service-instance.js';
import type { FaultScenario } from '../fault-scenario.js';
import type { Harness } from '../harness.js';
import { pointName, recordSteps } from '../record-steps.js';

/** How long the next claim may take to get in, once the late one has given up. */
const NEXT_MS = 1_500;
/** The same, from the moment in which the COMMIT is late, where the lease must end first. */
const NEXT_AFTER_LEASE_MS = 4_000;

/**
 * A COMMIT of a claim is held on its way to the database, and of another claim its answer on the
 * way back, until the claim has given up (`untilGivenUp`) and the next one has got as far as it
 * can. A claim with several transactions is held at each.
 */
async function delayCommits(
  harness: Harness,
  [late, next]: readonly [ServiceInstance, ServiceInstance],
  untilGivenUp: boolean,
): Promise<readonly Breach[]> {
  const breaches: Breach[] = [];
  const steps = await recordSteps(harness, late);
  for (const point of steps.filter(({ label }) => label === 'COMMIT')) {
    const warm = await recorderFor(harness, 2);
    await warm.burst([late, next], 2);
    await warm.settle(); // what is recorded behind is recorded now
    const recorder = await recorderFor(harness, 3);
    await recorder.claim(late); // what is made with a coupon's first claim is there
    await recorder.settle();
    const breakpoint = late.proxies.mysql.holdAt(point);
    const given = recorder.claim(late, { waitMs: OVERTAKE_MS });
    if (!(await reaches(harness, given, breakpoint))) continue;
    const beside = recorder.claim(next, { waitMs: OVERTAKE_MS });
    if (untilGivenUp) await given;
    await answeredOrBlocked(beside, next, untilGivenUp ? NEXT_MS : NEXT_AFTER_LEASE_MS);
    breakpoint.release();
    await Promise.all([given, beside]);
    breaches.push(
      ...under(`${pointName(point)} late`, [
        ...(await recorder.drainStock(next)),
        ...(await recorder.settle()),
      ]),
    );
  }
  return breaches;
}

/** One process, whose claim gives up a COMMIT that may still arrive. */
export const lateCommitAlone: FaultScenario = {
  name: 'late-commit-alone',
  title: 'a COMMIT, or its answer, arrives after its claim has given up; the process goes on',
  scope: 'one-process',
  mostlyWaits: true,
  async run(harness) {
    await using instance = await harness.open({ env: harness.longerLeases });
    return await delayCommits(harness, [instance, instance], true);
  },
};

/** The same, with the next claim in another process. The lease is not over. */
export const lateCommit: FaultScenario = {
  name: 'late-commit',
  title: 'a COMMIT, or its answer, arrives after its claim has given up; another process asks',
  scope: 'processes',
  mostlyWaits: true,
  async run(harness) {
    await using late = await harness.open({ env: harness.longerLeases });
    await using next = await harness.open({ env: harness.longerLeases });
    return await delayCommits(harness, [late, next], true);
  },
};

/** A COMMIT that is on its way for longer than the lease. */
export const commitPastLease: FaultScenario = {
  name: 'commit-past-lease',
  title: 'a COMMIT, or its answer, is on its way for longer than the lease; another process asks',
  scope: 'paused',
  mostlyWaits: true,
  async run(harness) {
    await using late = await harness.open({ env: harness.shortLeases });
    await using next = await harness.open({ env: harness.shortLeases });
    return await delayCommits(harness, [late, next], false);
  },
};
